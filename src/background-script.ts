// MDN's background script, which runs once for all pages. The numbers are those of the steps in README.md.
// A comment that begins with "Lifetime" explains code that MDN's example does not have.
import { isMessage, type Port, portName } from "./message";

// The port of the page that connected last. The button's message goes to this page, whichever tab is the
// current tab. To reach the current tab instead, keep a port for each tab, as in docs/recipes.md.
let portFromCS: Port | undefined;

function connected(p: Port) {
  if (p.name !== portName) return;
  portFromCS = p;
  portFromCS.postMessage({ greeting: "hi there content script!" }); // 3
  portFromCS.onMessage.addListener(received);
  portFromCS.onDisconnect.addListener(disconnected);
  // Lifetime: a port that a page has opened has a sender. Any other port may have no page at its other end.
  let hasPage = p.sender !== undefined;

  function received(m: unknown) {
    hasPage = true;
    if (!isMessage(m)) return;
    console.log("In background script, received message from content script");
    console.log(m.greeting);
  }

  // Lifetime: the page was closed or left, or the tab has no content script.
  function disconnected() {
    if (portFromCS === p) portFromCS = undefined;
    // Firefox keeps a port in memory as long as the port has listeners.
    p.onMessage.removeListener(received);
    p.onDisconnect.removeListener(disconnected);
    // Unless a listener reads this error, Chromium logs it.
    void browser.runtime.lastError;
    if (!hasPage) console.log("No page is listening in this tab. Open or reload a web page first.");
  }
}

browser.runtime.onConnect.addListener(connected);

// Manifest version 3 calls the browser action "action".
const browserAction = browser.action ?? browser.browserAction;

browserAction.onClicked.addListener((tab) => {
  // Lifetime: opens a port if none is open. Only tabs.connect() opens a port to a content script.
  if (!portFromCS && tab.id !== undefined) {
    connected(browser.tabs.connect(tab.id, { name: portName }));
  }
  portFromCS?.postMessage({ greeting: "they clicked the button!" }); // 5
});
