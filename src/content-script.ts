// Runs in every page: opens a port to the background script, and tells it of clicks on the page.
// The conversation is the documented one, in five steps: the numbers are those of the picture in
// README.md. The other comments say what keeps the port alive.
import { isMessage, type Message } from "./message";

declare global {
  interface Document {
    /** Chromium only, and not in TypeScript's own types. */
    readonly prerendering?: boolean;
  }
}

let myPort: browser.runtime.Port | undefined;

// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/connect
function connect() {
  // Chromium only: after a reload of the extension, its old content script stays in the page, cut off.
  if (!browser.runtime.id) return;
  const port = browser.runtime.connect({ name: "port-from-cs" }); // 1
  port.postMessage({ greeting: "hello from content script" } satisfies Message); // 2
  keep(port);
  return port;
}

// https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/Port
function keep(port: browser.runtime.Port) {
  myPort?.disconnect();
  myPort = port;
  port.onMessage.addListener((m: unknown) => {
    if (!isMessage(m)) return;
    console.log("In content script, received message from background script: ");
    console.log(m.greeting);
  });
  // The background script has ended, and its end of the port with it. Posting would throw.
  port.onDisconnect.addListener(() => {
    myPort = undefined;
  });
}

// Chromium only: a page may be loaded before anybody asks for it, and is not to take the button from
// the page in view.
if (document.prerendering) {
  document.addEventListener("prerenderingchange", connect, { once: true });
} else {
  connect();
}

// An SVG or XML document has no body, although the type says that every document has one.
document.body?.addEventListener("click", () => {
  (myPort ?? connect())?.postMessage({ greeting: "they clicked the page!" } satisfies Message); // 4
});

// A page that is left may be kept, asleep, for the Back button. A port that it held would stay open,
// and swallow what is posted to it. disconnect() fires onDisconnect at the other end only.
addEventListener("pagehide", () => {
  myPort?.disconnect();
  myPort = undefined;
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) connect();
});

// When the background script has no port, it opens one to the page in view.
browser.runtime.onConnect.addListener((port) => {
  if (port.name === "port-from-cs") keep(port);
});
