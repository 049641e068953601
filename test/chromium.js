// A real Chromium for the tests: with the extension loaded unpacked, real clicks, and the lines of both
// consoles. What firefox.js can do, this can do in the same words, so that one test serves both.
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { lookForBrowser } from "../scripts/find-browser.js";
import { collectLines } from "./browser.js";

const chromium = await lookForBrowser("chromium");

/** Why the tests in Chromium are left out, if they are. */
export const skip = !chromium && "no Chromium is installed; CHROMIUM can name one";

/** The folder that holds the manifest.json for Chromium. */
export const chromiumRoot = fileURLToPath(new URL("../chromium", import.meta.url));

/**
 * Launches a headless Chromium with a profile of its own, which goes when Chromium ends.
 *
 * @param {string} [executablePath] - the program; without it, the one that is installed
 * @throws when it does not start
 * @see {@link https://pptr.dev/guides/chrome-extensions}
 */
export function launchChromium(executablePath = chromium) {
  return puppeteer.launch({
    executablePath,
    enableExtensions: true,
    pipe: true,
    // Chromium does not start with a sandbox when root starts it.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/**
 * Starts a Chromium for tests that click and read lines.
 *
 * @throws when it does not start
 */
export async function startChromium() {
  const browser = await launchChromium();
  const { onLine, logged } = collectLines();

  async function pageInView() {
    for (const page of await browser.pages()) {
      if (await page.evaluate(() => document.visibilityState === "visible")) return page;
    }
    throw new Error("No tab of Chromium is in view.");
  }

  /** The one that runs, or the next. */
  async function serviceWorker() {
    const target = await browser.waitForTarget((one) => one.type() === "service_worker");
    return target.worker();
  }

  return {
    /** Opens a tab in front of the others. */
    async newPage() {
      const page = await browser.newPage();
      await watch(await page.createCDPSession(), "content-script", onLine);
      return page;
    },

    /** Opens a tab whose lines are not collected: whose are, has nothing prerendered by Chromium. */
    newUnwatchedPage: () => browser.newPage(),

    /** Loads the extension unpacked, for as long as Chromium runs. */
    async install() {
      browser.on("targetcreated", (target) => {
        if (target.type() !== "service_worker") return;
        // Puppeteer's own session, since another one would keep the worker from being stopped. If it is
        // stopped while this asks, there is nothing to watch.
        const watched = target
          .worker()
          .then(({ client }) => watch(client, "background-script", onLine));
        watched.catch(() => {});
      });
      const id = await browser.installExtension(chromiumRoot);
      const extension = (await browser.extensions()).get(id);
      // Until the service worker has run once, Chromium does not know what it listens to.
      await (await serviceWorker()).evaluate(hasActivated);
      return {
        logged,

        /** Clicks the extension's toolbar button, with the tab in view. */
        clickBrowserAction: async () => extension.triggerAction(await pageInView()),

        /**
         * Closes a tab.
         *
         * @param {import("puppeteer-core").Page} page - the one in it
         */
        closeTab: (page) => page.close(),

        /** Loads the extension's files again and starts it anew, as chrome://extensions does it. */
        reload: () => browser.installExtension(chromiumRoot),

        /** Stops the service worker, as Chromium does when it has been idle for half a minute. */
        async stopWorker() {
          await (await serviceWorker()).close();
        },
      };
    },

    /** Ends Chromium. */
    close: () => browser.close(),
  };
}

/** Runs in the service worker. */
const hasActivated = `new Promise((resolve) => {
  const look = () => serviceWorker.state === "activated" && resolve();
  serviceWorker.addEventListener("statechange", look);
  look();
})`;

/** Reports what is logged in a page or a service worker, what was logged before included. */
async function watch(session, script, onLine) {
  // A page that comes back from the back/forward cache brings its old lines again.
  const reported = new Set();
  session.on("Runtime.consoleAPICalled", ({ type: level, args, timestamp }) => {
    const text = args.map(({ value, description = String(value) }) => description).join(" ");
    const key = [timestamp, text].join();
    if (!reported.has(key)) onLine({ script, level, text });
    reported.add(key);
  });
  session.on("Runtime.exceptionThrown", ({ exceptionDetails: { exception, text } }) => {
    onLine({ script, level: "uncaught", text: exception?.description ?? text });
  });
  // Unchecked runtime.lastError, for one. That a page has no icon is not the extension's.
  session.on("Log.entryAdded", ({ entry: { source, level, text } }) => {
    if (source !== "network") onLine({ script, level, text });
  });
  await session.send("Runtime.enable");
  await session.send("Log.enable");
}
