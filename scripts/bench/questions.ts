// The four questions that the benchmark answers.
import type { Page } from "puppeteer-core";
import type { BenchBrowser } from "./browser.ts";
import { type Row, takeTurns } from "./turns.ts";

/** Measures in a browser for so many seconds, and returns the rows of the table. */
type Question = (browser: BenchBrowser, seconds: number) => Promise<Row[]>;

/** How to answer each question, by the title of its table. */
export const questions: Record<string, Question> = {
  async "A port or one-off messages"({ open }, seconds) {
    const page = await open("alone");
    return takeTurns(seconds, {
      "a port that stays open": () => measure(page, "openPort", 50),
      "`runtime.sendMessage()`": () => measure(page, "oneOffMessage", 50),
      "a port for each message": () => measure(page, "newPort", 50),
    });
  },

  async "The size of a message"({ open }, seconds) {
    const page = await open("alone");
    const sizes = [10, 1_000, 10_000, 100_000, 1_000_000].map((size) => [
      `${size.toLocaleString("en")} characters`,
      () => measure(page, "openPort", 10, size),
    ]);
    return takeTurns(seconds, Object.fromEntries(sizes));
  },

  async "A click that starts the background script"({ open, ours }, seconds) {
    const page = await open("ours");
    async function click() {
      const [times] = await Promise.all([measure(page, "userClick", 1), page.click("body")]);
      return times;
    }
    return takeTurns(seconds, {
      "the background script is running": click,
      "the background script has stopped": async () => {
        await ours.endBackground();
        await page.waitForSelector("[data-bench-port=ended]");
        return click();
      },
    });
  },

  async "This example and MDN's example"({ open }, seconds) {
    const documented = await open("documented");
    const ours = await open("ours");
    const inFront = (page: Page, way: string, count: number) => async () => {
      await page.bringToFront();
      // The first clicks on a page that has just come to the front take longer.
      await measure(page, "click", 10);
      return measure(page, way, count);
    };
    const oneByOne = await takeTurns(seconds / 2, {
      "a click, MDN's example": inFront(documented, "click", 50),
      "a click, this example": inFront(ours, "click", 50),
    });
    const atOnce = await takeTurns(seconds / 2, {
      "500 clicks at once, MDN's example": inFront(documented, "manyClicks", 1),
      "500 clicks at once, this example": inFront(ours, "manyClicks", 1),
    });
    return [...oneByOne, ...atOnce];
  },
};

/**
 * Measures round trips from a page to the background script.
 *
 * @param way - one of the ways in content-script.js
 * @param count - how many times
 * @param size - how many characters a message has
 * @returns the times in milliseconds
 * @throws when an answer is lost, or arrives in the wrong order
 */
async function measure(page: Page, way: string, count: number, size = 10): Promise<number[]> {
  const measured = await page.evaluate(
    (request) =>
      new Promise<string>((resolve, reject) => {
        const late = new Error(
          "Not all answers arrived within 30 s: a message is lost, or the machine is busy. " +
            "Run npm run bench again.",
        );
        setTimeout(() => reject(late), 30_000);
        const onMeasured = (event: Event) => resolve((event as CustomEvent<string>).detail);
        document.addEventListener("measured", onMeasured, { once: true });
        document.dispatchEvent(new CustomEvent("measure", { detail: request }));
      }),
    JSON.stringify({ way, count, size }),
  );
  const { times, numbers }: { times: number[]; numbers: number[] } = JSON.parse(measured);
  const [first = 0] = numbers;
  const wrong = numbers.findIndex((number, i) => number !== first + i);
  if (wrong > 0) {
    const [before, after] = numbers.slice(wrong - 1);
    throw new Error(
      `Answer ${after} arrived after answer ${before}: an answer is lost, or the order is wrong. ` +
        "Look for the cause in src/ and scripts/bench/.",
    );
  }
  return times;
}
