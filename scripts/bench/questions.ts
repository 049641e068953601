// The four questions that the benchmark answers, and how it measures in a browser.
import type { Page } from "puppeteer-core";
import type { startChromium } from "../browsers/chromium.ts";
import type { startFirefox } from "../browsers/firefox.ts";
import { type Example, writeExtension } from "./extension.ts";
import { type Row, takeTurns } from "./turns.ts";

/** A browser with the extensions that measure. */
type BenchBrowser = Awaited<ReturnType<typeof startBrowser>>;

/** Measures in a browser for so many seconds, and returns the rows of a table. */
type MeasureIn = (browser: BenchBrowser, seconds: number) => Promise<Row[]>;

/**
 * Starts a browser and installs the extensions that measure.
 *
 * @param start - what starts the browser
 * @param folder - where the extensions are written
 * @param url - the address of the pages, without a path
 * @throws when the browser does not start, or the measured scripts are not built
 */
export async function startBrowser(
  start: typeof startFirefox | typeof startChromium,
  folder: string,
  url: string,
) {
  const browser = await start({
    prefs: {
      // Otherwise, Firefox rounds the times to 1 ms or more.
      "privacy.reduceTimerPrecision": false,
      "privacy.reduceTimerPrecision.unconditional": false,
      // Printing the lines would take longer than posting the messages.
      "devtools.console.stdout.content": false,
    },
  });
  const install = (example: Example) => browser.install(writeExtension(example, folder));
  await install("alone");
  await install("documented");
  const ours = await install("ours");
  return {
    version: browser.version,
    stopBackground: () => ours.endBackground(),
    async openPage(example: Example) {
      const page = await browser.newPage();
      await page.goto(`${url}/${example}`);
      await page.waitForSelector("[data-ready]");
      return page;
    },
    close: () => browser.close(),
  };
}

/** What the benchmark answers: by the title of its table, how to measure it. */
export const questions: Record<string, MeasureIn> = {
  async "A port or one-off messages"(browser, seconds) {
    const page = await browser.openPage("alone");
    const rows = await takeTurns(seconds, {
      "a port that stays open": () => measure(page, "openPort", 50),
      "`runtime.sendMessage()`": () => measure(page, "oneOffMessage", 50),
      "a port for each message": () => measure(page, "portForEach", 50),
    });
    await page.close();
    return rows;
  },
  async "The size of a message"(browser, seconds) {
    const page = await browser.openPage("alone");
    const sizes = [10, 1_000, 10_000, 100_000, 1_000_000].map((size) => [
      `${size.toLocaleString("en")} characters`,
      () => measure(page, "openPort", 10, size),
    ]);
    const rows = await takeTurns(seconds, Object.fromEntries(sizes));
    await page.close();
    return rows;
  },
  async "A click that starts the background script"(browser, seconds) {
    const page = await browser.openPage("ours");
    async function click() {
      const [times] = await Promise.all([measure(page, "userClick"), page.click("body")]);
      return times;
    }
    const rows = await takeTurns(seconds, {
      "the background script is running": click,
      "the background script has stopped": async () => {
        await browser.stopBackground();
        await measure(page, "portEnd");
        return click();
      },
    });
    await page.close();
    return rows;
  },
  async "This example and MDN's example"(browser, seconds) {
    const documented = await browser.openPage("documented");
    const ours = await browser.openPage("ours");
    const inFront = (page: Page, count: number, atOnce: number) => async () => {
      await page.bringToFront();
      // The first clicks on a page that has just come to the front take longer.
      await measure(page, "clicks", 10, 1);
      return measure(page, "clicks", count, atOnce);
    };
    const oneByOne = await takeTurns(seconds / 2, {
      "a click, MDN's example": inFront(documented, 50, 1),
      "a click, this example": inFront(ours, 50, 1),
    });
    const atOnce = await takeTurns(seconds / 2, {
      "500 clicks at once, MDN's example": inFront(documented, 1, 500),
      "500 clicks at once, this example": inFront(ours, 1, 500),
    });
    await documented.close();
    await ours.close();
    return [...oneByOne, ...atOnce];
  },
};

/**
 * Takes the times of round trips in a page.
 *
 * @param way - one of the ways in content.js
 * @param count - how many round trips
 * @param size - how many characters a message has, or how many clicks there are at once
 * @returns the times in milliseconds
 * @throws when an answer is missing, or comes in the wrong order
 */
function measure(page: Page, way: string, count = 1, size = 10): Promise<number[]> {
  return page.evaluate(
    (detail) =>
      new Promise<number[]>((resolve, reject) => {
        const late =
          "Not all answers arrived within 30 s: a message is lost, or the machine is busy.";
        setTimeout(() => reject(new Error(`${late} Run npm run bench again.`)), 30_000);
        const measured = (event: Event) => {
          const { times, error } = JSON.parse((event as CustomEvent).detail);
          if (error) reject(new Error(error));
          else resolve(times);
        };
        document.addEventListener("measured", measured, { once: true });
        document.dispatchEvent(new CustomEvent("measure", { detail }));
      }),
    JSON.stringify({ way, count, size }),
  );
}
