import { isMessage, type Message } from "./message";

const myPort = browser.runtime.connect({ name: "port-from-cs" });
myPort.postMessage({ greeting: "hello from content script" } satisfies Message);

myPort.onMessage.addListener((m: unknown) => {
  if (!isMessage(m)) return;
  console.log("In content script, received message from background script: ");
  console.log(m.greeting);
});

document.body.addEventListener("click", () => {
  myPort.postMessage({ greeting: "they clicked the page!" } satisfies Message);
});
