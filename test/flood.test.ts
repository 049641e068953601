// More of everything: at a size for every day, and with `npm run soak` at ten times that and more.
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import {
  buttonClicked,
  converse,
  noPage,
  opened,
  openedByButton,
  openTab,
  pageClicked,
} from "./conversation.ts";
import { inEachBrowser } from "./in-browsers.ts";

const soak = process.env.npm_lifecycle_event === "soak";

inEachBrowser("many events", {}, (run) => {
  /** No port of a closed page is left: the button would post to it, instead of saying this. */
  async function closeLastTab(page: Page) {
    await run.extension.closeTab(page);
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  }

  const clicks = soak ? 10_000 : 1_000;
  test(`${clicks} clicks in a burst are all logged`, async () => {
    const page = await openTab(run);
    await page.evaluate((n) => {
      for (let i = 0; i < n; i++) document.body.click();
    }, clicks);
    const lines = Array(clicks).fill(pageClicked["background-script"]).flat();
    await run.extension.logged({ "background-script": lines });
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
    await closeLastTab(page);
  });

  const tabs = soak ? 200 : 5;
  test(`${tabs} tabs are opened and closed, and no port is left`, async () => {
    const page = await openTab(run);
    for (let i = 0; i < tabs; i++) await run.extension.closeTab(await openTab(run));
    await page.bringToFront();
    await run.extension.clickBrowserAction();
    await run.extension.logged(openedByButton);
    await closeLastTab(page);
  });

  const navigations = soak ? 1_000 : 15;
  test(`${navigations} navigations in one tab, and no port is left`, async () => {
    const page = await openTab(run);
    for (let i = 0; i < navigations; i++) {
      await page.goto(`${run.url}/?${i}`);
      await run.extension.logged(opened);
    }
    await converse(run, page);
    await closeLastTab(page);
  });
});
