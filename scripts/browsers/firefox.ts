// A real Firefox for programs: with extensions installed as about:debugging does it, real clicks, and
// the lines of both consoles.
import type { Page } from "puppeteer-core";
import {
  type InstalledExtension,
  launch,
  type RunningBrowser,
  type StartOptions,
} from "./driver.ts";
import { findBrowser } from "./find.ts";
import { freePort } from "./firefox-connection.ts";
import { watchExtension } from "./firefox-devtools.ts";

/** What Firefox can do with an extension that not every browser can. */
export type FirefoxExtension = InstalledExtension & Awaited<ReturnType<typeof watchExtension>>;

export type Firefox = RunningBrowser<FirefoxExtension>;

/**
 * Starts a headless Firefox with a profile of its own, which goes when Firefox ends.
 *
 * @param options - which Firefox, and how
 * @throws when it does not start
 * @see {@link https://pptr.dev/webdriver-bidi}
 */
export async function startFirefox({ program, prefs }: StartOptions = {}): Promise<Firefox> {
  const debuggerPort = await freePort();
  const browser = await launch(program ?? (await findBrowser("firefox")), {
    browser: "firefox",
    args: ["-start-debugger-server", String(debuggerPort)],
    extraPrefsFirefox: {
      "devtools.chrome.enabled": true,
      "devtools.debugger.prompt-connection": false,
      "devtools.debugger.remote-enabled": true,
      // Animations take time.
      "ui.prefersReducedMotion": 1,
      ...prefs,
    },
  });
  return {
    version: await browser.version(),
    newPage: () => browser.newPage(),
    async install(folder) {
      const id = await browser.installExtension(folder);
      const extension = await watchExtension(debuggerPort, id);
      return {
        ...extension,
        async closeTab(page: Page) {
          await page.bringToFront();
          const closed = new Promise((resolve) => page.once("close", resolve));
          await extension.evaluate(closeTabInView);
          await closed;
        },
        async openPage(file) {
          await extension.evaluate(openPage, id, file);
          return { close: () => extension.evaluate(closeTabInView) };
        },
        async watch(onLine) {
          await watchExtension(debuggerPort, id, onLine);
        },
        async uninstall() {
          extension.disconnect();
          await browser.uninstallExtension(id);
        },
        endBackground: () => extension.evaluate(endBackground, id),
        backgroundRuns: () =>
          extension.evaluate(
            (id) => WebExtensionPolicy.getByID(id).extension.backgroundState === "running",
            id,
          ),
        backgroundStops: () =>
          extension.evaluate(
            (id) =>
              new Promise<void>((resolve) => {
                const { extension } = WebExtensionPolicy.getByID(id);
                if (extension.backgroundState === "stopped") resolve();
                extension.once("shutdown-background-script", () => resolve());
              }),
            id,
          ),
      };
    },
    close: () => browser.close(),
  };
}

/** Runs in Firefox. All that the page sends on its way out is sent when this is done. */
function closeTabInView() {
  return new Promise<void>((resolve) => {
    const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
    const { innerWindowId } = gBrowser.selectedBrowser.browsingContext.currentWindowGlobal;
    Services.obs.addObserver(function observe(page) {
      if (page.innerWindowId !== innerWindowId) return;
      Services.obs.removeObserver(observe, "window-global-destroyed");
      resolve();
    }, "window-global-destroyed");
    gBrowser.removeCurrentTab();
  });
}

/** Runs in Firefox. WebDriver BiDi refuses such addresses. */
function openPage(id: string, file: string) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  window.openTrustedLinkIn(WebExtensionPolicy.getByID(id).getURL(file), "tab");
}

/** Runs in Firefox, which starts a persistent background script again. */
async function endBackground(id: string) {
  const { extension } = WebExtensionPolicy.getByID(id);
  if (!extension.persistentBackground) {
    return extension.terminateBackground({ ignoreDevToolsAttached: true });
  }
  const started = new Promise<void>((resolve) => {
    extension.once("background-script-started", () => resolve());
  });
  const [background] = extension.views;
  if (!background) throw new Error("The extension has no background script that runs.");
  Cc["@mozilla.org/processtools-service;1"]
    .getService(Ci.nsIProcessToolsService)
    .kill(background.xulBrowser.browsingContext.currentWindowGlobal.domProcess.osPid);
  return started;
}
