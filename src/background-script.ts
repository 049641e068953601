// Runs once, for all pages. This is the documented conversation, statement by statement, with the numbers
// of the picture in README.md. Each comment that begins with "Lifetime" explains a line that is not.
import { isMessage, type Port, portName } from "./message";

let portFromCS: Port | undefined;

function connected(p: Port) {
  if (p.name !== portName) return;
  portFromCS = p;
  portFromCS.postMessage({ greeting: "hi there content script!" }); // 3
  portFromCS.onMessage.addListener((m) => {
    if (!isMessage(m)) return;
    console.log("In background script, received message from content script");
    console.log(m.greeting);
  });
  // Lifetime: the page was closed or left. Chromium logs lastError unless the listener reads it.
  portFromCS.onDisconnect.addListener(() => {
    if (portFromCS === p) portFromCS = undefined;
    void browser.runtime.lastError;
  });
}

browser.runtime.onConnect.addListener(connected);

browser.browserAction.onClicked.addListener(({ id }) => {
  if (!portFromCS && id !== undefined) connect(id);
  portFromCS?.postMessage({ greeting: "they clicked the button!" }); // 5
});

// Lifetime: when no port is open, tabs.connect() opens one to the content script of the tab in view. A
// content script answers with its greeting: a port that ends before that has reached none.
function connect(tabId: number) {
  const p = browser.tabs.connect(tabId, { name: portName });
  const noAnswer = () =>
    console.log(
      "No page is listening in this tab. Open or reload a web page, then click the button again.",
    );
  p.onDisconnect.addListener(noAnswer);
  p.onMessage.addListener(() => p.onDisconnect.removeListener(noAnswer));
  connected(p);
}
