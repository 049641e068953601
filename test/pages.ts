// Pages for the tests, and how a user goes from one to another.
import type { ConsoleMessage, Page } from "puppeteer-core";

/** A page to talk to. */
export const html = (title: string) => `<!doctype html><title>${title}</title><p>${title}`;

/**
 * Waits until one page's console shows a line that it has not shown before the call.
 *
 * @param page - the page
 * @param line - the line
 * @throws when it is not there within ten seconds
 */
export function shows(page: Page, line: string) {
  return new Promise<void>((resolve, reject) => {
    const timeout = setTimeout(() => {
      page.off("console", look);
      reject(new Error(`No "${line}" in ${page.url()}`));
    }, 10_000);
    function look(message: ConsoleMessage) {
      if (message.text() !== line) return;
      page.off("console", look);
      clearTimeout(timeout);
      resolve();
    }
    page.on("console", look);
  });
}

/** Goes to another page. `page.goto()` waits for a load event that only HTML documents report. */
export async function goTo(page: Page, url: string) {
  await page.evaluate((to) => location.assign(to), url).catch(unlessLeft);
  const isThere = (to: string) => location.href === to && document.readyState === "complete";
  await page.waitForFunction(isThere, {}, url);
}

/**
 * Goes back or forward. `page.goBack()` waits for a load event, and a page that was cached has none.
 *
 * @param page - the page
 * @param delta - how many pages: -1 is back
 * @param title - of the page that it leads to, if the test goes on in that page
 */
export async function go(page: Page, delta: number, title?: string) {
  await page.evaluate((by) => history.go(by), delta).catch(unlessLeft);
  if (title) await page.waitForFunction((title) => document.title === title, {}, title);
}

/** The page may be left before it has answered. */
function unlessLeft(error: Error) {
  if (!error.message.startsWith("Execution context was destroyed")) throw error;
}
