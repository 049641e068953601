import { isMessage, type Message } from "./message";

let portFromCS: browser.runtime.Port;

function connected(p: browser.runtime.Port) {
  portFromCS = p;
  portFromCS.postMessage({ greeting: "hi there content script!" } satisfies Message);
  portFromCS.onMessage.addListener((m: unknown) => {
    if (!isMessage(m)) return;
    console.log("In background script, received message from content script");
    console.log(m.greeting);
  });
}

browser.runtime.onConnect.addListener(connected);

browser.browserAction.onClicked.addListener(() => {
  portFromCS.postMessage({ greeting: "they clicked the button!" } satisfies Message);
});
