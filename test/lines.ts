// What the conversation logs, by what happened. Edit this file if your scripts post other messages.

/** What is logged, by the script that logs it, each script's lines in order. */
export type Lines = Record<string, string[]>;

export const inContentScript = "In content script, received message from background script: ";
export const inBackgroundScript = "In background script, received message from content script";

/** A page opens: steps 1 to 3. */
export const opened = {
  "background-script": [inBackgroundScript, "hello from content script"],
  "content-script": [inContentScript, "hi there content script!"],
};
/** The page is clicked: step 4. */
export const pageClicked = {
  "background-script": [inBackgroundScript, "they clicked the page!"],
};
/** The browser action is clicked: step 5. */
export const buttonClicked = {
  "content-script": [inContentScript, "they clicked the button!"],
};
/** The page is clicked when it has no port: it connects first. */
export const openedAndClicked = {
  "background-script": [...opened["background-script"], ...pageClicked["background-script"]],
  "content-script": opened["content-script"],
};
/** The browser action is clicked when no port is open: the background script opens one first. */
export const openedByButton = {
  "background-script": opened["background-script"],
  "content-script": [...opened["content-script"], ...buttonClicked["content-script"]],
};
/** What a page logs when the background script has greeted it, or has posted the message of the button. */
export const [hiThere, theyClickedTheButton] = [opened, buttonClicked].map(
  (lines) => lines["content-script"][1],
) as [string, string];

/** What the background script logs where MDN's background script throws an error. */
export const noPage = {
  "background-script": ["No page is listening in this tab. Open or reload a web page first."],
};

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

/** Why Chromium ends a port when its page goes into the back/forward cache. */
export const movedIntoCache =
  "The page keeping the extension port is moved into back/forward cache, so the message channel is closed.";

/** What MDN's background script logs then. */
export const documentedWhenCached = {
  firefox: [],
  chromium: [`error: Unchecked runtime.lastError: ${movedIntoCache}`],
};

/** What browsers and TypeScript say. docs/troubleshooting.md explains these errors. */
export const browserErrors = {
  noReceiver: "Could not establish connection. Receiving end does not exist.",
  unchecked:
    "Unchecked runtime.lastError: Could not establish connection. Receiving end does not exist.",
  cached: movedIntoCache,
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
