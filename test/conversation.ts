// The conversation, for the tests: what the scripts log, and how a user has it. If your scripts have another
// one, edit this file.
import type { Page } from "puppeteer-core";
import { inTurn, type Lines } from "./console-lines.ts";
import type { Run } from "./in-browsers.ts";
import { goTo, shows } from "./pages.ts";

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
/** What a page logs when the background script has posted the message of the button. */
export const theyClickedTheButton = "they clicked the button!";
/** The browser action is clicked: step 5. */
export const buttonClicked = {
  "content-script": [inContentScript, theyClickedTheButton],
};
/** The page is clicked when it has no port: it connects first. */
export const openedAndClicked = inTurn(opened, pageClicked);

/** The browser action is clicked when no port is open: the background script opens one first. */
export const openedByButton = inTurn(opened, buttonClicked);

/** What the background script logs when the current tab has no port and no content script. */
export const noPage = {
  "background-script": ["No page is listening in this tab. Open or reload a web page first."],
};

/** What the start commands do without a display, and what the scripts log then. */
export const clickedByStart: Record<string, Lines> = {
  "Clicking the page …": pageClicked,
  "Clicking the toolbar button …": buttonClicked,
};

/** Opens a page in a new tab, and waits until the scripts have greeted each other. */
export async function openTab(run: Run, path = "/"): Promise<Page> {
  const page = await run.newTab();
  await goTo(page, run.url + path);
  await run.extension.logged(opened);
  return page;
}

/** Clicks the page, then the button, whose message must reach this page. Each makes one greeting. */
export async function converse(run: Run, page: Page, element = "p") {
  await page.click(element);
  await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
  await run.extension.logged({ ...pageClicked, ...buttonClicked });
}

/**
 * Waits until the extension cannot log any more, when the current tab has no content script: the background
 * script logs the click on the button after all that came before.
 */
export async function settle(run: Run) {
  await run.extension.clickBrowserAction();
  await run.extension.logged(noPage);
}
