// Runs for all pages. This is the conversation of MDN's example, statement by statement, with the numbers
// of the steps in README.md. A comment that begins with "Lifetime" explains code that is not in it.
import { isMessage, type Port, portName } from "./message";

let portFromCS: Port | undefined;

function connected(p: Port) {
  if (p.name !== portName) return;
  portFromCS = p;
  portFromCS.postMessage({ greeting: "hi there content script!" }); // 3
  portFromCS.onMessage.addListener(received);
  portFromCS.onDisconnect.addListener(disconnected);

  function received(m: unknown) {
    if (!isMessage(m)) return;
    console.log("In background script, received message from content script");
    console.log(m.greeting);
  }

  // Lifetime: the user has closed or left the page. Firefox keeps a port in memory as long as it has
  // listeners, and Chromium logs an error that no listener reads.
  function disconnected() {
    if (portFromCS === p) portFromCS = undefined;
    p.onMessage.removeListener(received);
    p.onDisconnect.removeListener(disconnected);
    void browser.runtime.lastError;
  }
}

browser.runtime.onConnect.addListener(connected);

browser.browserAction.onClicked.addListener(({ id }) => {
  if (!portFromCS && id !== undefined) connect(id);
  portFromCS?.postMessage({ greeting: "they clicked the button!" }); // 5
});

// Lifetime: when no port is open, tabs.connect() opens one to the content script in the current tab. A
// content script answers with its greeting: a port that ends before that has reached no page.
function connect(tabId: number) {
  const p = browser.tabs.connect(tabId, { name: portName });
  p.onDisconnect.addListener(notAnswered);
  p.onMessage.addListener(function answered() {
    p.onDisconnect.removeListener(notAnswered);
    p.onMessage.removeListener(answered);
  });
  connected(p);
}

function notAnswered() {
  console.log(
    "No page is listening in this tab. Open or reload a web page, then click the button again.",
  );
}
