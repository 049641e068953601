// A background script that nothing watches, since a debugger would keep it running: the lines are those that
// the browser prints.
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import type { InstalledExtension } from "../scripts/browsers/driver.ts";
import { serve } from "../scripts/browsers/serve.ts";
import { collectLines, current, goBack, html, start } from "./in-browsers.ts";
import { type Lines, opened, openedAndClicked, openedByButton, pageClicked } from "./lines.ts";

/** How long Firefox waits before it stops an event page, in ms. */
const idle = 3_000;
/** How long each browser waits. Chromium's time cannot be set. */
const idleIn = { firefox: idle, chromium: 30_000 };

/** What can happen first after the background script has stopped, and what is logged then. */
const first: Record<string, [(page: Page, extension: InstalledExtension) => Promise<void>, Lines]> =
  {
    "the page is clicked": [(page) => page.click("p"), openedAndClicked],
    "the button is clicked": [(_, extension) => extension.clickBrowserAction(), openedByButton],
    "the user goes back": [(page) => goBack(page), opened],
  };

for (const target of current) {
  /** Opens one page after another. */
  async function open(t: TestContext) {
    const { onLine, nextLines } = collectLines();
    const printed = async (expected: Lines) => {
      const lines = Object.values(expected).flat().sort();
      assert.deepEqual((await nextLines({ printed: lines })).printed?.sort() ?? [], lines);
    };
    const server = await serve({ "/": html("One"), "/two": html("Two") });
    t.after(server.close);
    const browser = await start[target.browser]({
      program: target.program,
      prefs: { "extensions.background.idle.timeout": idle },
      onPrinted: (text) => onLine({ script: "printed", level: "log", text }),
    });
    t.after(browser.close);
    const extension = await browser.install(target.folder);
    const page = await browser.newPage();
    for (const path of ["/", "/two"]) {
      await page.goto(server.url + path);
      await printed(opened);
    }
    return { extension, page, printed };
  }

  const options = { concurrency: true, skip: target.skip, timeout: 120_000 };
  describe(`a background script that nothing watches, in ${target.name}`, options, () => {
    if (target.manifestVersion === 2) {
      test("never stops, because it is persistent", async (t) => {
        const { extension, printed } = await open(t);
        await setTimeout(3 * idle);
        assert.ok(await extension.backgroundRuns());
        await printed({});
      });
      return;
    }

    test("keeps running while messages arrive", async (t) => {
      const { extension, page, printed } = await open(t);
      for (const _click of [1, 2, 3, 4]) {
        await setTimeout(idleIn[target.browser] / 3);
        await page.click("p");
        // Greetings would show that another background script has started.
        await printed(pageClicked);
      }
      assert.ok(await extension.backgroundRuns());
    });

    for (const [name, [happens, lines]] of Object.entries(first)) {
      test(`stops although a port is open, and starts when ${name}`, async (t) => {
        const { extension, page, printed } = await open(t);
        await extension.backgroundStops();
        // A content script that connected again by itself would start it.
        await setTimeout(3 * idle);
        assert.equal(await extension.backgroundRuns(), false);
        await printed({});
        await happens(page, extension);
        await printed(lines);
      });
    }
  });
}
