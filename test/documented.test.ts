// MDN's example as it stands: where it works, it logs the same lines as this example, and where it fails, it
// fails as docs/life-of-a-port.md says.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import { root, type Target } from "../scripts/project.ts";
import { inTurn, type Lines } from "./console-lines.ts";
import {
  buttonClicked,
  opened,
  openTab,
  pageClicked,
  theyClickedTheButton,
} from "./conversation.ts";
import { browserErrors, documentedErrors } from "./error-texts.ts";
import { inEachBrowser, type Run } from "./in-browsers.ts";
import { go, goTo, html, shows } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

const pages = {
  "/": `${html("One")} <a href='/two'>two</a>`,
  "/two": `${html("Two")} <iframe src='/'></iframe>`,
  "/svg": {
    headers: { "Content-Type": "image/svg+xml" },
    body: '<svg xmlns="http://www.w3.org/2000/svg"><circle r="50"/></svg>',
  },
};

/** What MDN's background script logs when a page goes into the back/forward cache. */
const whenCached: Record<Target["browser"], Lines> = {
  firefox: {},
  chromium: { "service worker": [`error: Unchecked runtime.lastError: ${browserErrors.cached}`] },
};

/** The folder of MDN's example, or of a copy with manifest version 3. */
function folder({ manifestVersion }: Target) {
  const example = path.join(root, "docs/documented-example");
  if (manifestVersion === 2) return example;
  const copy = copyExtension(example, (manifest) => {
    manifest.manifest_version = 3;
    manifest.background = {
      service_worker: "background-script.js",
      scripts: ["background-script.js"],
    };
    manifest.action = { default_area: "navbar" };
    delete manifest.browser_action;
  });
  const script = path.join(copy, "background-script.js");
  const source = readFileSync(script, "utf8");
  writeFileSync(script, source.replaceAll("browserAction", "action"));
  return copy;
}

inEachBrowser("MDN's example and this example log the same lines", { pages }, (run) => {
  let extensions: (typeof run.extension)[];

  async function bothLogged(expected: Lines) {
    for (const extension of extensions) await extension.logged(expected);
  }

  /** Clicks the page, which is in view, and then both extensions' buttons. */
  async function clickPageAndButtons(page: Page) {
    await page.click("p");
    for (const extension of extensions) await extension.clickBrowserAction();
    await bothLogged({ ...pageClicked, ...buttonClicked });
  }

  test("two tabs, a link, a frame, and reloads", async () => {
    extensions = [await run.install(folder(run.target)), run.extension];
    const first = await run.newTab();
    await first.goto(run.url);
    await bothLogged(opened);
    await clickPageAndButtons(first);

    // A link is part of the page. It leads to a page with a frame. No content script runs in the frame.
    await first.click("a");
    await bothLogged(inTurn(pageClicked, opened, whenCached[run.target.browser]));
    await clickPageAndButtons(first);

    await first.reload();
    await bothLogged(opened);
    await clickPageAndButtons(first);

    // Reloading an extension restarts its scripts, in Firefox also in the open page.
    for (const extension of extensions) await extension.reload();
    if (run.target.browser === "chromium") await first.reload();
    await bothLogged(opened);
    await clickPageAndButtons(first);

    // A second tab. The button's message goes to the page that connected last, also when the other
    // is in view.
    const second = await run.newTab();
    await second.goto(run.url);
    await bothLogged(opened);
    await clickPageAndButtons(second);
    await first.bringToFront();
    await first.click("p");
    await bothLogged(pageClicked);
    for (const extension of extensions) {
      await Promise.all([shows(second, theyClickedTheButton), extension.clickBrowserAction()]);
      await extension.logged(buttonClicked);
    }
  });
});

/** The button is clicked, and MDN's background script throws. */
async function buttonThrows(run: Run, error: string) {
  await run.extension.clickBrowserAction();
  await run.extension.logged({ "background-script": [`uncaught: ${error}`] });
}

inEachBrowser("MDN's example fails as docs/life-of-a-port.md says", { pages, folder }, (run) => {
  const errors = documentedErrors[run.target.browser];

  test("the button is clicked before any page has connected", () =>
    buttonThrows(run, errors.noPort));

  test("the button is clicked after the tab that connected last was closed", async () => {
    await openTab(run);
    await run.extension.closeTab(await openTab(run));
    await buttonThrows(run, errors.disconnected);
  });

  test("a document without a body is opened", async () => {
    const page = await run.newTab();
    await goTo(page, `${run.url}/svg`);
    const expected = inTurn({ "content-script": [`uncaught: ${errors.noBody}`] }, opened);
    const logged = await run.extension.nextLines(expected);
    // Firefox reports errors and lines separately, so the error may come after the lines.
    for (const lines of [logged, expected]) lines["content-script"]?.sort();
    assert.deepEqual(logged, expected);
  });

  test("the page is clicked after the background script has stopped", async () => {
    const page = await openTab(run);
    await run.extension.endBackground();
    await page.click("p");
    await run.extension.logged({ "content-script": [`uncaught: ${errors.disconnected}`] });
  });

  test("the user goes back, and then clicks the button and the page", async () => {
    const page = await openTab(run);
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(inTurn(opened, whenCached[run.target.browser]));
    await go(page, -1, "One");
    await run.extension.clickBrowserAction();
    await page.click("p");
    await run.extension.logged(
      run.target.browser === "firefox"
        ? // The page that was left is posted to, without an error.
          pageClicked
        : // The click is lost, without an error.
          {
            ...whenCached.chromium,
            "background-script": [`uncaught: ${errors.disconnected}`],
          },
    );
  });
});
