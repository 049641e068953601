// Runs for all pages. This is the conversation of MDN's example, statement by statement, with the numbers
// of the steps in README.md. A comment that begins with "Lifetime" explains code that is not in it.
import { isMessage, type Port, portName } from "./message";

// The page that connected last, in whichever tab the button is clicked. A product would keep a port for each
// tab, by port.sender.tab.id: docs/recipes.md shows how.
let portFromCS: Port | undefined;

function connected(p: Port) {
  if (p.name !== portName) return;
  portFromCS = p;
  portFromCS.postMessage({ greeting: "hi there content script!" }); // 3
  portFromCS.onMessage.addListener(received);
  portFromCS.onDisconnect.addListener(disconnected);
  // Lifetime: a page that has opened a port is its sender. Any other page has to answer first.
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
    // Chromium logs an error that nobody reads.
    void browser.runtime.lastError;
    if (!hasPage) console.log("No page is listening in this tab. Open or reload a web page first.");
  }
}

browser.runtime.onConnect.addListener(connected);

// Manifest version 3 calls the browser action "action".
const browserAction = browser.action ?? browser.browserAction;

browserAction.onClicked.addListener((tab) => {
  // Lifetime: no port is open. Only tabs.connect() opens a port to a content script.
  if (!portFromCS && tab.id !== undefined) {
    connected(browser.tabs.connect(tab.id, { name: portName }));
  }
  portFromCS?.postMessage({ greeting: "they clicked the button!" }); // 5
});
