// MDN's content script, which runs in every page. The numbers are those of the steps in README.md.
// A comment that begins with "Lifetime" explains code that MDN's example does not have.
import { isMessage, type Port, portName } from "./message";
import { whileActive } from "./page";

let myPort: Port | undefined;
// Lifetime: after the extension is reloaded, Chromium's old content script has no ID, and its port may throw.
const wasReloaded = () => !browser.runtime?.id;

function connect() {
  if (myPort || wasReloaded()) return;
  // Lifetime: the background script opens a port when the button is clicked and no port is open.
  browser.runtime.onConnect.addListener(connected);
  connected(browser.runtime.connect({ name: portName })); // 1
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
  // Lifetime: the background script has stopped, or has ended the port.
  myPort.onDisconnect.addListener(() => {
    if (myPort === port) myPort = undefined;
  });
}

// An SVG document has no body.
document.body?.addEventListener("click", ({ isTrusted }) => {
  if (wasReloaded()) return;
  // Lifetime: if no port is open, the user's click opens one. A click by a script of the page does not: the
  // page may be prerendered, or entering the back/forward cache, and would take the button's messages.
  if (isTrusted) connect();
  myPort?.postMessage({ greeting: "they clicked the page!" }); // 4
});

// Lifetime: a port of a page that is not active would take the button's messages, and lose them.
whileActive(connect, disconnect);

// Lifetime: onDisconnect does not fire in the script that calls disconnect().
function disconnect() {
  if (!wasReloaded()) myPort?.disconnect();
  myPort = undefined;
}
