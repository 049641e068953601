// Runs in every page. This is the documented conversation, statement by statement, with the numbers of
// the picture in README.md. Each comment that begins with "Lifetime" explains a line that is not.
import { isMessage, type Port, portName } from "./message";
import { isActive, whileActive } from "./page";

let myPort: Port | undefined;

// Lifetime: when Chromium reloads an extension, its old content script stays in the page, without an id.
function connect() {
  if (isActive && browser.runtime.id) connected(browser.runtime.connect({ name: portName })); // 1
}

function connected(port: Port) {
  if (port.name !== portName) return;
  // Lifetime: both scripts may open a port at the same moment.
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

// Lifetime: the port of a cached or prerendered page would swallow what is posted to it.
whileActive(connect, disconnect);

// Lifetime: onDisconnect does not fire at the end that calls disconnect().
function disconnect() {
  myPort?.disconnect();
  myPort = undefined;
}

// Lifetime: the background script opens a port when the button is clicked and no page has one.
browser.runtime.onConnect.addListener(connected);
