// A background script that nothing watches, since a debugger would keep it running in Firefox.
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import type { InstalledExtension } from "../scripts/browsers/driver.ts";
import { serve } from "../scripts/browsers/serve.ts";
import type { Target } from "../scripts/project.ts";
import { ConsoleLines, inTurn, type Lines } from "./console-lines.ts";
import { opened, openedAndClicked, openedByButton, pageClicked } from "./conversation.ts";
import { current, start } from "./in-browsers.ts";
import { go, html, shows } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

/** How long Firefox waits before it stops an event page, in ms. */
const idle = 3_000;
/** How long each browser waits. Chromium's time cannot be set. */
const idleIn = { firefox: idle, chromium: 30_000 };

const [, greeting = ""] = opened["content-script"];

/** What was logged before, as far as the browser keeps it: Firefox, only for scripts that run in view. */
const kept = {
  firefox: [{ "content-script": opened["content-script"] }],
  chromium: [opened, opened],
};

/** What can happen first after the background script has stopped, and what is logged then. */
const first: Record<string, [(page: Page, extension: InstalledExtension) => Promise<void>, Lines]> =
  {
    "the page is clicked": [(page) => page.click("p"), openedAndClicked],
    "the button is clicked": [(_, extension) => extension.clickBrowserAction(), openedByButton],
    "the user goes back": [(page) => go(page, -1, "One"), opened],
  };

for (const target of current) {
  const options = { concurrency: true, skip: target.skip };
  describe(`a background script that nothing watches, in ${target.name}`, options, () => {
    if (target.manifestVersion === 2) {
      test("never stops, because it is persistent", async (t) => {
        const { extension } = await open(t, target);
        await setTimeout(3 * idle);
        assert.ok(await extension.backgroundRuns());
      });
      return;
    }

    test("keeps running while messages arrive", async (t) => {
      const { extension, page } = await open(t, target);
      for (const _click of [1, 2, 3, 4]) {
        await setTimeout(idleIn[target.browser] / 3);
        await page.click("p");
      }
      assert.ok(await extension.backgroundRuns());
      // If another background script had started, there would be greetings over another port.
      const all = inTurn(opened, opened, pageClicked, pageClicked, pageClicked, pageClicked);
      const lines = new ConsoleLines();
      await extension.watch(lines.add);
      await lines.logged(target.browser === "firefox" ? { ...all, ...kept.firefox[0] } : all);
    });

    for (const [name, [happens, expected]] of Object.entries(first)) {
      test(`stops although a port is open, and starts when ${name}`, async (t) => {
        const { extension, page } = await open(t, target);
        await extension.backgroundStops();
        // A content script that connected again by itself would start it.
        await setTimeout(3 * idle);
        assert.equal(await extension.backgroundRuns(), false);
        await happens(page, extension);
        const lines = new ConsoleLines();
        await extension.watch(lines.add);
        await lines.logged(inTurn(...kept[target.browser], expected));
      });
    }
  });
}

/** Opens two pages, one after the other, in a browser that nothing else uses. */
async function open(t: TestContext, target: Target) {
  const server = await serve({ "/": html("One"), "/two": html("Two") });
  t.after(server.close);
  const browser = await start[target.browser]({
    prefs: { "extensions.background.idle.timeout": idle },
  });
  t.after(browser.close);
  const extension = await browser.install(copyExtension(target.folder));
  const page = await browser.newPage();
  for (const path of ["/", "/two"]) {
    await Promise.all([shows(page, greeting), page.goto(server.url + path)]);
  }
  return { extension, page };
}
