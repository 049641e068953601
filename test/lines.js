// What the documented conversation logs, by what happened.
const inContentScript = "In content script, received message from background script: ";
const inBackgroundScript = "In background script, received message from content script";

export const opened = {
  "background-script": [inBackgroundScript, "hello from content script"],
  "content-script": [inContentScript, "hi there content script!"],
};
export const pageClicked = {
  "background-script": [inBackgroundScript, "they clicked the page!"],
};
export const buttonClicked = {
  "content-script": [inContentScript, "they clicked the button!"],
};

/** What the background script logs where the documented one fails with an error. */
export const noPage = {
  "background-script": [
    "No page is listening in this tab. Open or reload a web page, then click the button again.",
  ],
};
