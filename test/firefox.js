// A real Firefox for the tests: with extensions installed as about:debugging does it, real clicks, and
// the lines of both consoles.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { watchExtension } from "../scripts/firefox-devtools.js";
import { serve } from "../scripts/serve.js";

/** The folder that holds this project's manifest.json. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Starts a headless Firefox with a profile of its own, which goes when Firefox ends.
 *
 * @param {string} executablePath - the program
 * @throws when it does not start
 * @see {@link https://pptr.dev/webdriver-bidi}
 */
export async function startFirefox(executablePath) {
  const debuggerPort = await freePort();
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    args: ["-start-debugger-server", String(debuggerPort)],
    extraPrefsFirefox: {
      "devtools.chrome.enabled": true,
      "devtools.debugger.prompt-connection": false,
      "devtools.debugger.remote-enabled": true,
    },
  });
  return {
    version: await browser.version(),

    /** Opens a tab in front of the others. */
    newPage: () => browser.newPage(),

    /**
     * Installs an extension for as long as Firefox runs.
     *
     * @param {string} folder - the one that holds its manifest.json
     * @throws when Firefox refuses it
     */
    async install(folder) {
      return collectLines(debuggerPort, await browser.installExtension(folder));
    },

    /** Ends Firefox. */
    close: () => browser.close(),
  };
}

/**
 * Waits for the next line in one page's console, whichever script logs it.
 *
 * @param {import("puppeteer-core").Page} page - the page
 * @returns {Promise<string>} the line
 * @throws when there is none for ten seconds
 */
export function nextLine(page) {
  return new Promise((resolve, reject) => {
    page.once("console", (message) => resolve(message.text()));
    setTimeout(() => reject(new Error(`Nothing is logged in ${page.url()}`)), 10_000).unref();
  });
}

async function collectLines(debuggerPort, id) {
  let seen = {};
  const news = new EventEmitter();
  const controls = await watchExtension(debuggerPort, id, (line) => {
    seen[line.script] ??= [];
    seen[line.script].push(line.level === "log" ? line.text : `${line.level}: ${line.text}`);
    news.emit("line");
  });
  return {
    ...controls,

    /**
     * Waits until the extension's scripts have logged as many lines as expected since the last call,
     * or nothing for ten seconds. Fails if the lines are others, or more. An error that nobody
     * caught is a line too.
     *
     * @param {Record<string, string[]>} expected - the lines by script, each script's in order
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

async function freePort() {
  const { url, close } = await serve({});
  close();
  return Number(new URL(url).port);
}
