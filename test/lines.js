// What the documented conversation logs, by what happened.
const inContentScript = "In content script, received message from background script: ";
const inBackgroundScript = "In background script, received message from content script";

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
/** The browser action is clicked, and the background script opens a port: both greetings, then step 5. */
export const openedByButton = {
  "background-script": opened["background-script"],
  "content-script": [...opened["content-script"], ...buttonClicked["content-script"]],
};
/** The last line of it, which tells it from the others. */
export const [, theyClickedTheButton] = buttonClicked["content-script"];

/** What the background script logs where the documented one fails with an error. */
export const noPage = {
  "background-script": [
    "No page is listening in this tab. Open or reload a web page, then click the button again.",
  ],
};
