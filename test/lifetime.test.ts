// What happens to a port in ordinary use.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buttonClicked,
  converse,
  noPage,
  opened,
  openedAndClicked,
  openedByButton,
  openTab,
  pageClicked,
  theyClickedTheButton,
} from "./conversation.ts";
import { inEachBrowser, inVersion3 } from "./in-browsers.ts";
import { go, goTo, html, shows } from "./pages.ts";

const pages = { "/": html("One"), "/two": html("Two") };

inEachBrowser("a port", { pages }, (run) => {
  test("the button is clicked before any page has connected, and on an about: page", async () => {
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await (await run.newTab()).goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the button is clicked after every page was closed", async () => {
    await run.extension.closeTab(await openTab(run));
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the tab that connected last is closed while another is open", async () => {
    const first = await openTab(run);
    await run.extension.closeTab(await openTab(run));
    await first.bringToFront();
    await Promise.all([shows(first, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(openedByButton);
    await converse(run, first);
  });

  test("an earlier tab is closed: the button still reaches the page that connected last", async () => {
    const earlier = await openTab(run);
    const last = await openTab(run);
    await earlier.bringToFront();
    await run.extension.closeTab(earlier);
    await run.newTab();
    await Promise.all([shows(last, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);
  });

  test("a page is left for a page without a content script: the port ends", async () => {
    const page = await openTab(run);
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await go(page, -1, "One");
    await run.extension.logged(opened);
    await converse(run, page);
  });

  test("Back and Forward, ten times", async () => {
    const page = await openTab(run, "/");
    const keep = () => page.evaluate(() => Object.assign(window, { kept: true }) && null);
    await keep();
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await keep();
    for (let i = 0; i < 10; i++) {
      for (const [delta, title] of [
        [-1, "One"],
        [1, "Two"],
      ] as const) {
        await go(page, delta, title);
        await run.extension.logged(opened);
        assert.ok(
          await page.evaluate(() => "kept" in window),
          "the page did not come from the back/forward cache",
        );
        await converse(run, page);
      }
    }
  });
});

inVersion3("a port", { pages }, (run) => {
  test("the background script is stopped, then the page is clicked", async () => {
    const page = await openTab(run);
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await page.click("p");
      await run.extension.logged(openedAndClicked);
    }
    await converse(run, page);
  });

  test("the background script is stopped, then the button is clicked", async () => {
    const page = await openTab(run);
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await run.extension.clickBrowserAction();
      await run.extension.logged(openedByButton);
    }
    await converse(run, page);
  });

  test("the background script is stopped, then the button is clicked in a tab without a content script", async () => {
    await openTab(run);
    await run.newTab();
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the background script is stopped, then the page and the button are clicked at the same moment", async () => {
    const page = await openTab(run);
    await run.extension.endBackground();
    await Promise.all([page.click("p"), run.extension.clickBrowserAction()]);
    // Two ports may cross, and each begins with both greetings. No message is lost.
    const twice = [...pageClicked["background-script"], ...pageClicked["background-script"]];
    await page.click("p");
    await run.extension.logged({ "background-script": twice, ...buttonClicked }, opened);
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await page.click("p");
    await run.extension.logged({ ...pageClicked, ...buttonClicked }, opened);
    await converse(run, page);
  });
});
