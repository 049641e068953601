// More of everything: at a size for every day, and with `npm run soak` at ten to sixty times that.
import { after, before, test } from "node:test";
import { findFirefox } from "../scripts/find-firefox.js";
import { serve } from "../scripts/serve.js";
import { root, startFirefox } from "./firefox.js";
import { buttonClicked, noPage, opened, pageClicked } from "./lines.js";

const soak = process.env.npm_lifecycle_event === "soak";
let server;
let firefox;
let extension;

before(async () => {
  server = await serve({ "/": "<!doctype html><title>A page</title><p>A page" });
  firefox = await startFirefox(await findFirefox());
  extension = await firefox.install(root);
});
after(async () => {
  await firefox?.close();
  server.close();
});

async function openTab() {
  const page = await firefox.newPage();
  await page.goto(server.url);
  await extension.logged(opened);
  return page;
}

/** No port of a page that is gone is left: the button would post to it, instead of saying this. */
async function closeLastTab(page) {
  await firefox.newPage();
  await page.close();
  await extension.clickBrowserAction();
  await extension.logged(noPage);
}

const clicks = soak ? 10_000 : 1_000;
test(`${clicks} clicks in a burst`, async () => {
  const page = await openTab();
  await page.evaluate((n) => {
    for (let i = 0; i < n; i++) document.body.click();
  }, clicks);
  const lines = Array(clicks).fill(pageClicked["background-script"]).flat();
  await extension.logged({ "background-script": lines });
  await extension.clickBrowserAction();
  await extension.logged(buttonClicked);
  await closeLastTab(page);
});

const tabs = soak ? 200 : 5;
test(`${tabs} tabs are opened and closed`, async () => {
  const page = await openTab();
  for (let i = 0; i < tabs; i++) await (await openTab()).close();
  await page.bringToFront();
  await extension.clickBrowserAction();
  await extension.logged(buttonClicked);
  await closeLastTab(page);
});

const navigations = soak ? 1_000 : 15;
test(`${navigations} navigations in one tab`, async () => {
  const page = await openTab();
  for (let i = 0; i < navigations; i++) {
    await page.goto(`${server.url}/?${i}`);
    await extension.logged(opened);
  }
  await page.click("p");
  await extension.logged(pageClicked);
  await extension.clickBrowserAction();
  await extension.logged(buttonClicked);
  await closeLastTab(page);
});
