// Background scripts that nothing watches, since a debugger would keep them running in Firefox.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import type { InstalledExtension, StartedBrowser } from "../scripts/browsers/driver.ts";
import { serve } from "../scripts/browsers/serve.ts";
import type { Target } from "../scripts/project.ts";
import { ConsoleLines, inTurn, type Lines } from "./console-lines.ts";
import { opened, openedAndClicked, openedByButton, pageClicked } from "./conversation.ts";
import { current, start } from "./in-browsers.ts";
import { go, html, shows } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

/** A third of the time after which both browsers stop a background script that is idle, in ms. */
const tenSeconds = 10_000;
const server = await serve({ "/": html("One"), "/two": html("Two") });
after(server.close);

/** What was logged before, as far as the browser keeps it: Firefox, only for scripts that run in view. */
const kept = {
  firefox: [{ "content-script": opened["content-script"] }],
  chromium: [opened, opened],
};

type Happens = (page: Page, extension: InstalledExtension) => Promise<void>;
/** What can happen first after the background script has stopped, and what is logged then. */
const first: Record<string, [Happens, Lines]> = {
  "the page is clicked": [(page) => page.click("p"), openedAndClicked],
  "the button is clicked": [(_, extension) => extension.clickBrowserAction(), openedByButton],
  "the user goes back": [(page) => go(page, -1, "One"), opened],
};

/** Opens two pages, one after the other, in which no extension runs but a copy that is installed for them. */
async function open(browser: StartedBrowser, { folder }: Target, name: string) {
  const id = name.replaceAll(" ", "-");
  const copy = copyExtension(folder, (manifest) => {
    manifest.content_scripts[0].matches = [`http://127.0.0.1/*?${id}`];
    manifest.browser_specific_settings.gecko.id = `${id}@runtime-connect.example`;
  });
  const extension = await browser.install(copy);
  await extension.backgroundStarts();
  const page = await browser.newPage();
  for (const path of ["/", "/two"]) {
    const greeted = shows(page, opened["content-script"][1] ?? "");
    await Promise.all([greeted, page.goto(`${server.url}${path}?${id}`)]);
  }
  return { extension, page };
}

async function logged(extension: InstalledExtension, expected: Lines) {
  const lines = new ConsoleLines();
  await extension.watch(lines.add);
  await lines.logged(expected);
}

function testIn(target: Target) {
  const isFirefox = target.browser === "firefox";
  const idle: Record<string, Awaited<ReturnType<typeof open>>> = {};
  let browser: StartedBrowser;
  before(async () => {
    browser = await start[target.browser]({});
  });
  after(() => browser?.close());

  if (target.manifestVersion === 2) {
    test("never stops, because it is persistent", async () => {
      const { extension } = await open(browser, target, "persistent");
      await setTimeout(4 * tenSeconds);
      assert.ok(await extension.backgroundRuns());
    });
    return;
  }

  test("keeps running while messages arrive", async () => {
    for (const name of Object.keys(first)) idle[name] = await open(browser, target, name);
    const { extension, page } = await open(browser, target, "busy");
    for (const _click of [1, 2, 3, 4]) {
      await setTimeout(tenSeconds);
      await page.click("p");
    }
    assert.ok(await extension.backgroundRuns());
    // If another background script had started, there would be greetings over another port.
    const all = inTurn(opened, opened, pageClicked, pageClicked, pageClicked, pageClicked);
    await logged(extension, isFirefox ? { ...all, ...kept.firefox[0] } : all);
  });

  for (const [name, [happens, expected]] of Object.entries(first)) {
    test(`stops although a port is open, and starts when ${name}`, async () => {
      const { extension, page } = idle[name] ?? assert.fail();
      // A content script that connected again by itself would have started it in the last ten seconds.
      assert.equal(await extension.backgroundRuns(), false);
      await page.bringToFront();
      await happens(page, extension);
      await logged(extension, inTurn(...kept[target.browser], expected));
    });
  }
}

// The time passes once for all.
describe("a background script that nothing watches", { concurrency: true }, () => {
  for (const target of current) {
    const options = { concurrency: false, skip: target.skip };
    describe(`in ${target.name}`, options, () => testIn(target));
  }
});
