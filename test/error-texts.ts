// What MDN's example, browsers and TypeScript say when something fails. The texts in docs/ quote these errors.
/** How MDN's example fails. The pages in docs/ quote these errors. */
export const documentedErrors = {
  firefox: {
    disconnected: "Error: Attempt to postMessage on disconnected port",
    noPort: 'TypeError: can\'t access property "postMessage", portFromCS is undefined',
    noBody: 'TypeError: can\'t access property "addEventListener", document.body is null',
  },
  chromium: {
    disconnected: "Error: Attempting to use a disconnected port object",
    noPort: "TypeError: Cannot read properties of undefined (reading 'postMessage')",
    noBody: "TypeError: Cannot read properties of null (reading 'addEventListener')",
  },
};

/** What browsers and TypeScript say. docs/troubleshooting.md explains these errors. */
export const browserErrors = {
  noReceiver: "Could not establish connection. Receiving end does not exist.",
  unchecked:
    "Unchecked runtime.lastError: Could not establish connection. Receiving end does not exist.",
  cached:
    "The page keeping the extension port is moved into back/forward cache, so the message channel is closed.",
  notAnswered: "The message port closed before a response was received.",
  stoppedBeforeAnswer:
    "A listener indicated an asynchronous response by returning true, but the message channel closed before a response was received",
  tooLong: "Error: Message exceeded maximum allowed size of 64MiB.",
  invalidated: "Error: Extension context invalidated.",
  noContentScript: "Unable to load script: moz-extension://…/dist/content-script.js",
  noBackgroundScript:
    "Loading failed for the <script> with source “moz-extension://…/dist/background-script.js”.",
  noServiceWorker: "Could not load background script ''.",
  noScript: "Could not load javascript 'dist/content-script.js' for script.",
  version2: "Cannot install extension because it uses an unsupported manifest version.",
  noTypes: "Cannot find name 'browser'.",
};
