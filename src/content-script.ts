// Runs in every page. This is the conversation of MDN's example, statement by statement, with the numbers
// of the steps in README.md. A comment that begins with "Lifetime" explains code that is not in it.
import { isMessage, type Port, portName } from "./message";
import { isActive, whileActive } from "./page";

let myPort: Port | undefined;

// Lifetime: when Chromium reloads an extension, its old content script stays in the page, without an ID.
function connect() {
  if (isActive && browser.runtime.id) connected(browser.runtime.connect({ name: portName })); // 1
}

function connected(port: Port) {
  if (port.name !== portName) return;
  // Lifetime: if both scripts open a port at the same moment, the second port replaces the first.
  myPort?.disconnect();
  myPort = port;
  myPort.postMessage({ greeting: "hello from content script" }); // 2
  myPort.onMessage.addListener((m) => {
    if (!isMessage(m)) return;
    console.log("In content script, received message from background script: ");
    console.log(m.greeting);
  });
  // Lifetime: the background script has stopped. The next click opens another port.
  myPort.onDisconnect.addListener(disconnect);
}

// An SVG document has no body.
document.body?.addEventListener("click", () => {
  if (!myPort) connect();
  myPort?.postMessage({ greeting: "they clicked the page!" }); // 4
});

// Lifetime: a message to a page in the back/forward cache, or to a prerendered page, would be lost.
whileActive(connect, disconnect);

// Lifetime: onDisconnect does not fire in the script that calls disconnect().
function disconnect() {
  myPort?.disconnect();
  myPort = undefined;
}

// Lifetime: the background script opens a port when the button is clicked and no port is open.
browser.runtime.onConnect.addListener(connected);
