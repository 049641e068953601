// docs/recipes.md says what is so: its changes are made in copies of the project, and its lines appear.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { inTurn } from "./console-lines.ts";
import * as conversation from "./conversation.ts";
import { goTo, shows } from "./pages.ts";
import { edit } from "./project-copy.ts";
import {
  build,
  inBackground,
  inPage,
  inRecipe,
  logged,
  loggedInAnyOrder,
  makeRecipe,
  recipes,
  tested,
} from "./recipes.ts";
import { revokeAccess, setAccessInChromium } from "./site-access.ts";

const { converse, noPage, opened, openedByButton, openTab, pageClicked } = conversation;
const button = conversation.theyClickedTheButton;

test("the compiler finds nothing but a switch that does not handle a new kind of message", async () => {
  const moreKinds = makeRecipe(recipes.get("Post several kinds of messages")?.text ?? "");
  const message = path.join(moreKinds.project, "src/message.ts");
  edit(message, "x: number };", 'x: number } | { kind: "key" };');
  const [error, ...others] = await build([...recipes.values(), moreKinds]);
  assert.deepEqual(others, []);
  assert.equal(error?.file, path.join(moreKinds.project, "src/background-script.ts"));
  assert.match(error.message, /does not satisfy the expected type 'never'/);
});

inRecipe("Reach every page that is connected", (run, { quoted }) => {
  test("the button reaches two pages, also after a stop, and the page that is left", async () => {
    const reached = inPage(quoted(button), button);
    const left = await openTab(run);
    const closed = await openTab(run);
    await run.extension.clickBrowserAction();
    await logged(run, reached);
    await run.extension.endBackground();
    const shown = [shows(left, button), shows(closed, button)];
    await Promise.all([...shown, run.extension.clickBrowserAction()]);
    await loggedInAnyOrder(run, opened, opened, reached);
    await run.extension.closeTab(closed);
    await converse(run, left);
  });
});

inRecipe("Reach the page of the current tab, and no other", (run, { quoted }) => {
  test("the button reaches the page in front, and none if that tab has no content script", async () => {
    const inFront = await openTab(run);
    await openTab(run);
    await inFront.bringToFront();
    await Promise.all([shows(inFront, quoted(button)), run.extension.clickBrowserAction()]);
    await logged(run, inPage(button));
    await goTo(inFront, "about:blank");
    await run.extension.clickBrowserAction();
    await logged(run, noPage);
  });
});

inRecipe("Ask, and wait for the answer", (run, { background, page }) => {
  async function ask() {
    const tab = await openTab(run);
    await tab.click("p");
    await logged(run, background(0, 1));
    return tab;
  }

  test("a click on the button answers the question", async () => {
    await ask();
    await run.extension.clickBrowserAction();
    await logged(run, page(0, 2));
  });

  test("the promise is rejected when the time is over", async () => {
    await ask();
    await logged(run, page(2, 3));
  });

  test("the promise is rejected when the background script stops", async () => {
    await ask();
    await run.extension.endBackground();
    await logged(run, page(3));
  });

  test("the background script does not answer a page that the user has left", async () => {
    await goTo(await ask(), "about:blank");
    await run.extension.clickBrowserAction();
    await logged(run, noPage);
  });
});

inRecipe("Post several kinds of messages", (run, { quoted }) => {
  test("messages of each kind arrive", async () => {
    const page = await openTab(run);
    await page.mouse.click(13, 21);
    await run.extension.clickBrowserAction();
    await logged(run, inBackground(quoted("they clicked at 13")), inPage(button));
  });
});

inRecipe("Open a popup that has a port of its own", (run, { quoted }) => {
  const popupOpened = inPage(quoted("they opened the popup!"));

  test("the popup reaches the page, and gets what the page posts, until it is closed", async () => {
    const page = await openTab(run);
    const popup = await run.extension.openPage("popup.html");
    await logged(run, popupOpened);
    // Brought to the front for a real click, the page would hide the popup from popup.close().
    await page.evaluate(() => document.body.click());
    await logged(run, pageClicked, { popup: ["they clicked the page!"] });
    await popup.close();
    await page.evaluate(() => document.body.click());
    await logged(run, pageClicked);
  });

  test("the button opens the popup, which reaches a page without a port", async () => {
    await openTab(run);
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await logged(run, opened, popupOpened, { popup: [quoted("hello from content script")] });
  });
});

inRecipe("Tell the frames of a page apart", (run, { background, page }) => {
  test("the frame that was clicked is answered, and the button reaches the page itself", async () => {
    const tab = await run.newTab();
    await tab.goto(run.url);
    const frame = await tab.waitForFrame((frame) => frame.url().endsWith("/frame"));
    await frame.locator("p").click();
    await loggedInAnyOrder(run, opened, opened, background(), page());
    await run.extension.clickBrowserAction();
    await logged(run, inPage(button));
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await logged(run, openedByButton);
  });
});

inRecipe("Report the progress of long work, and stop it", (run, { page, quoted }) => {
  test("the work reports its progress in order, until a second click or leaving the page stops it", async () => {
    const stopped = inTurn(page(0, 1), inBackground(quoted("the work was stopped")));
    const tab = await openTab(run);
    await tab.click("p", { count: 2 });
    await logged(run, pageClicked, pageClicked, stopped);
    await tab.click("p");
    await logged(run, pageClicked, page());
    await tab.click("a");
    await loggedInAnyOrder(run, pageClicked, stopped, opened);
  });
});

inRecipe("End the port", (run, { background, page }) => {
  test("the button ends the port, and the next click opens another", async () => {
    const tab = await openTab(run);
    await run.extension.clickBrowserAction();
    await logged(run, page());
    await run.extension.clickBrowserAction();
    // The greeting of the content script comes after the end.
    await logged(run, inPage(...opened["content-script"]), page());
    await tab.click("p");
    await logged(run, opened, background());
  });
});

inRecipe("Keep state when the background script stops", (run, { background }) => {
  test("the background script goes on counting after it has stopped", async () => {
    const tab = await openTab(run);
    await tab.click("p");
    await logged(run, background(0, 2));
    await run.extension.endBackground();
    await tab.click("p");
    await logged(run, opened, background(2));
  });
});

inRecipe("Ask for access that the user has not granted", (run, { background }) => {
  test("no content script runs until the user clicks the button", async () => {
    await revokeAccess(run);
    await logged(run, background(0, 1));
    const tab = await run.newTab();
    await tab.goto(run.url);
    await run.extension.clickBrowserAction();
    if (run.target.browser === "firefox") {
      await loggedInAnyOrder(run, opened, background(1));
    } else {
      await logged(run, opened);
      await setAccessInChromium(run, "ON_ALL_SITES");
      await logged(run, background(2));
    }
  });
});

test("each recipe is tested", () => {
  assert.deepEqual(tested, [...recipes.keys()]);
});
