// What must not compile. The compiler reports a @ts-expect-error that no error follows.
import { isMessage, type Port } from "../src/message.ts";

export function misuse(port: Port) {
  // @ts-expect-error: a wrong key
  port.postMessage({ greting: "hello" });
  // @ts-expect-error: a key too many
  port.postMessage({ greeting: "hello", to: "you" });
  // @ts-expect-error: a wrong type
  port.postMessage({ greeting: 42 });

  port.onMessage.addListener((m) => {
    // @ts-expect-error: nobody has checked what has arrived
    console.log(m.greeting);
    if (isMessage(m)) console.log(m.greeting);
  });
}
