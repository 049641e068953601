// What only one browser does to a port, or can be made to do.
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import { installBroken } from "./broken-background.ts";
import { inTurn } from "./console-lines.ts";
import {
  converse,
  noPage,
  opened,
  openedAndClicked,
  openTab,
  pageClicked,
  settle,
} from "./conversation.ts";
import { killPageInView } from "./firefox-privileged.js";
import { inChromium, inFirefox } from "./in-browsers.ts";
import { go, goTo, html } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

const pages = { "/": html("One"), "/two": html("Two") };

inFirefox("a port", { pages }, (run) => {
  test("the extension is reloaded, and turned off and on, ten times", async () => {
    const page = await openTab(run);
    for (let i = 0; i < 5; i++) {
      await run.extension.reload();
      await run.extension.logged(opened);
      await run.extension.restart();
      await run.extension.logged(opened);
    }
    await converse(run, page);
  });

  test("twenty tabs are closed: no script logs an error while its page's process ends", async () => {
    for (let i = 0; i < 20; i++) await run.extension.closeTab(await openTab(run));
  });

  test("the page's process is killed", async () => {
    const page = await openTab(run);
    await run.extension.evaluate(killPageInView);
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.goto(`${run.url}/two`);
    await run.extension.logged(opened);
    await converse(run, page);
  });

  test("the background script's process is killed", async () => {
    const page = await openTab(run);
    await run.extension.endBackground();
    await page.click("p");
    await run.extension.logged(openedAndClicked);
    await converse(run, page);
  });
});

inChromium("a port", { pages }, (run) => {
  test("the extension is reloaded: clicking the old page throws nothing", async () => {
    const page = await openTab(run);
    await run.extension.reload();
    await page.click("p");
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await go(page, -1, "One");
    await page.click("p");
    await page.reload();
    await run.extension.logged(opened);
    await converse(run, page);
  });

  test("the background script could not start, and the extension is reloaded: the old page throws nothing", async () => {
    const copy = copyExtension(run.target.folder);
    const { extension, lines, mend } = await installBroken(run, copy);
    const page = await openTab(run);
    await lines.logged({ "background-script": ["uncaught: broken"] });
    await mend();
    await page.click("p");
    await page.evaluate(() => document.body.click());
    await run.extension.logged(inTurn(pageClicked, pageClicked));
    await goTo(page, `${run.url}/two`);
    await Promise.all([lines.logged(opened), run.extension.logged(opened)]);
    await extension.uninstall();
  });

  /** Lets Chromium freeze a page, as it does in a background tab to save memory or energy, and resume it. */
  async function freeze(page: Page, meanwhile: () => Promise<void>) {
    const session = await page.createCDPSession();
    await (await run.newTab()).bringToFront();
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await meanwhile();
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await page.bringToFront();
  }

  test("the page is frozen, and its port ends: the button's message does not go to it", async () => {
    const page = await openTab(run);
    await freeze(page, () => settle(run));
    await run.extension.logged(opened);
    await converse(run, page);
  });

  test("the page is frozen, and the background script is stopped", async () => {
    const page = await openTab(run);
    await freeze(page, () => run.extension.endBackground());
    await run.extension.logged(opened);
    await converse(run, page);
  });

  test("the page is frozen, and the extension is reloaded: clicking the old page throws nothing", async () => {
    const page = await openTab(run);
    await freeze(page, () => run.extension.reload());
    await page.click("p");
    await settle(run);
  });
});
