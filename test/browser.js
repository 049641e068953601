// What the tests in Firefox and in Chromium share.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, before } from "node:test";
import { serve } from "../scripts/serve.js";

/** A page to talk to. */
export const html = (title) => `<!doctype html><title>${title}</title><p>${title}`;

/**
 * Starts what the tests of a file or a suite need before the first of them, and ends it after the last.
 *
 * @template {{ install: Function, close: Function }} Browser
 * @param {() => Promise<Browser>} start - starts the browser: `startFirefox` or `startChromium`
 * @param {object} [options]
 * @param {Record<string, any>} [options.pages] - what the server has, see {@link serve}
 * @param {string} [options.folder] - the one that holds the extension's manifest.json
 * @returns {{
 *   server?: Awaited<ReturnType<typeof serve>>,
 *   browser?: Browser,
 *   extension?: Awaited<ReturnType<Browser["install"]>>,
 * }} the pages' server, the browser, and the extension in it; there as soon as the tests run
 * @throws in the hook, when one of them does not start
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/test.html#beforefn-options}
 */
export function withBrowser(start, { pages = { "/": html("One") }, folder } = {}) {
  const run = {};
  before(async () => {
    run.server = await serve(pages);
    run.browser = await start();
    run.extension = await run.browser.install(folder);
  });
  after(async () => {
    await run.browser?.close();
    run.server?.close();
  });
  return run;
}

/**
 * Keeps the lines that an extension's scripts log until a test asks for them.
 *
 * @returns how to keep a line, and how to compare those kept
 */
export function collectLines() {
  let seen = {};
  const news = new EventEmitter();
  return {
    /** @param {import("../scripts/firefox-devtools.js").ConsoleLine} line - one more */
    onLine({ script, level, text }) {
      seen[script] ??= [];
      seen[script].push(level === "log" ? text : `${level}: ${text}`);
      news.emit("line");
    },

    /**
     * Waits until the extension's scripts have logged as many lines as expected since the last call,
     * or nothing for ten seconds. An error that nobody caught is a line too.
     *
     * @param {Record<string, string[]>} expected - the lines by script, each script's in order
     * @throws when the lines are others, or more
     */
    async logged(expected) {
      const isMissing = ([script, lines]) => (seen[script]?.length ?? 0) < lines.length;
      try {
        while (Object.entries(expected).some(isMissing)) {
          await once(news, "line", { signal: AbortSignal.timeout(10_000) });
        }
      } catch {
        // The comparison below says what is missing.
      }
      const logged = seen;
      seen = {};
      assert.deepEqual(logged, expected);
    },
  };
}

/**
 * Waits until one page's console shows a line that it has not shown before the call.
 *
 * @param {import("puppeteer-core").Page} page - the page
 * @param {string} line - the line
 * @returns {Promise<void>}
 * @throws when it is not there within ten seconds
 */
export function shows(page, line) {
  return new Promise((resolve, reject) => {
    const look = (message) => {
      if (message.text() !== line) return;
      page.off("console", look);
      resolve();
    };
    page.on("console", look);
    setTimeout(() => reject(new Error(`No "${line}" in ${page.url()}`)), 10_000).unref();
  });
}
