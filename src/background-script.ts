// Runs once, for all pages: answers each that connects, and posts to one when the button is clicked.
// The conversation is the documented one, in five steps: the numbers are those of the picture in
// README.md. The other comments say what keeps the port alive.
import { isMessage, type Message } from "./message";

let portFromCS: browser.runtime.Port | undefined;

function connected(p: browser.runtime.Port) {
  if (p.name !== "port-from-cs") return;
  p.postMessage({ greeting: "hi there content script!" } satisfies Message); // 3
  keep(p);
}

// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/Port
function keep(p: browser.runtime.Port) {
  portFromCS = p;
  p.onMessage.addListener((m: unknown) => {
    if (!isMessage(m)) return;
    console.log("In background script, received message from content script");
    console.log(m.greeting);
  });
  // The page has gone, and its end of the port with it. Posting would throw.
  p.onDisconnect.addListener(() => {
    if (portFromCS === p) portFromCS = undefined;
    // Firefox keeps the reason in the port. Chromium keeps it here, and complains if nobody reads it.
    const error = p.error ?? browser.runtime.lastError;
    if (error?.message?.startsWith("Could not establish connection")) {
      console.log(
        "No page is listening in this tab. Open or reload a web page, then click the button again.",
      );
    }
  });
}

// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/onConnect
browser.runtime.onConnect.addListener(connected);

// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/browserAction/onClicked
browser.browserAction.onClicked.addListener(({ id }) => {
  // The page that connected last has gone: open a port to the one in view, if it has our content script.
  // https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/tabs/connect
  if (!portFromCS && id !== undefined) keep(browser.tabs.connect(id, { name: "port-from-cs" }));
  portFromCS?.postMessage({ greeting: "they clicked the button!" } satisfies Message); // 5
});
