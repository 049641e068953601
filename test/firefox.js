// A real Firefox for the tests: with extensions installed as about:debugging does it, real clicks, and
// the lines of both consoles.
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { findBrowser } from "../scripts/find-browser.js";
import { watchExtension } from "../scripts/firefox-devtools.js";
import { serve } from "../scripts/serve.js";
import { collectLines } from "./browser.js";

/** The folder that holds the manifest.json for Firefox. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Starts a headless Firefox with a profile of its own, which goes when Firefox ends.
 *
 * @param {string} [executablePath] - the program; without it, the one that is found
 * @throws when it does not start
 * @see {@link https://pptr.dev/webdriver-bidi}
 */
export async function startFirefox(executablePath) {
  const debuggerPort = await freePort();
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: executablePath ?? (await findBrowser("firefox")),
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
     * @param {string} [folder] - the one that holds its manifest.json
     * @throws when Firefox refuses it
     */
    async install(folder = root) {
      const { onLine, logged } = collectLines();
      const id = await browser.installExtension(folder);
      const controls = await watchExtension(debuggerPort, id, onLine);
      return {
        ...controls,
        logged,

        /**
         * Closes the tab in view, and waits until all that its page sends on its way out is sent.
         *
         * @param {import("puppeteer-core").Page} page - the one in it
         */
        async closeTab(page) {
          const closed = new Promise((resolve) => page.once("close", resolve));
          await controls.evaluate(`new Promise((resolve) => {
            const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
            const { innerWindowId } = gBrowser.selectedBrowser.browsingContext.currentWindowGlobal;
            Services.obs.addObserver(function observe(page) {
              if (page.innerWindowId !== innerWindowId) return;
              Services.obs.removeObserver(observe, "window-global-destroyed");
              resolve();
            }, "window-global-destroyed");
            gBrowser.removeCurrentTab();
          })`);
          await closed;
        },
      };
    },

    /** Ends Firefox. */
    close: () => browser.close(),
  };
}

/** Nothing else here asks for a port by number, so it is still free when Firefox takes it. */
async function freePort() {
  const { url, close } = await serve({});
  close();
  return Number(new URL(url).port);
}
