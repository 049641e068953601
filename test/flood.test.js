// More of everything: at a size for every day, and with `npm run soak` at ten times that and more.
import { test } from "node:test";
import { withBrowser } from "./browser.js";
import { startFirefox } from "./firefox.js";
import { buttonClicked, noPage, opened, openedByButton, pageClicked } from "./lines.js";

const soak = process.env.npm_lifecycle_event === "soak";
const run = withBrowser(startFirefox);

async function openTab() {
  const page = await run.browser.newPage();
  await page.goto(run.server.url);
  await run.extension.logged(opened);
  return page;
}

/** No port of a page that is gone is left: the button would post to it, instead of saying this. */
async function closeLastTab(page) {
  await run.extension.closeTab(page);
  await run.extension.clickBrowserAction();
  await run.extension.logged(noPage);
}

const clicks = soak ? 10_000 : 1_000;
test(`${clicks} clicks in a burst`, async () => {
  const page = await openTab();
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
test(`${tabs} tabs are opened and closed`, async () => {
  const page = await openTab();
  for (let i = 0; i < tabs; i++) await (await openTab()).close();
  await page.bringToFront();
  await run.extension.clickBrowserAction();
  await run.extension.logged(openedByButton);
  await closeLastTab(page);
});

const navigations = soak ? 1_000 : 15;
test(`${navigations} navigations in one tab`, async () => {
  const page = await openTab();
  for (let i = 0; i < navigations; i++) {
    await page.goto(`${run.server.url}/?${i}`);
    await run.extension.logged(opened);
  }
  await page.click("p");
  await run.extension.logged(pageClicked);
  await run.extension.clickBrowserAction();
  await run.extension.logged(buttonClicked);
  await closeLastTab(page);
});
