// A real Firefox for programs: with extensions installed as about:debugging does it, real clicks, and
// the lines of both consoles.
import type { Page } from "puppeteer-core";
import { readManifest } from "../project.ts";
import {
  type InstalledExtension,
  idHasChanged,
  type StartedBrowser,
  type StartOptions,
} from "./driver.ts";
import { connectToFirefox, type FirefoxConnection, freePort } from "./firefox-connection.ts";
import { reportLines } from "./firefox-lines.ts";
import * as privileged from "./firefox-privileged.js";
import { launch } from "./launch.ts";

/** What Firefox can do with an extension that not every browser can. */
export interface FirefoxExtension extends InstalledExtension {
  /** Lets Firefox run a function with the browser's own privileges. */
  evaluate: FirefoxConnection["evaluate"];

  /** Turns the extension off and on, as the switch in about:addons does. */
  restart(): Promise<void>;
}

export type Firefox = StartedBrowser<FirefoxExtension>;

const preferences = {
  // Firefox would warn that it has no address for its studies.
  "app.normandy.enabled": false,
  "devtools.chrome.enabled": true,
  "devtools.debugger.prompt-connection": false,
  "devtools.debugger.remote-enabled": true,
  "devtools.debugger.show-content-scripts": true,
  // Animations take time.
  "ui.prefersReducedMotion": 1,
};

/**
 * Starts Firefox with a profile of its own. With a window, the Browser Console is beside the page.
 *
 * @param options - which Firefox, and how
 * @throws when it does not start
 * @see {@link https://pptr.dev/webdriver-bidi}
 */
export async function startFirefox(options: StartOptions = {}): Promise<Firefox> {
  const { headless = true, prefs } = options;
  const debuggerPort = await freePort();
  const browser = await launch("firefox", options, {
    args: ["-start-debugger-server", String(debuggerPort)],
    extraPrefsFirefox: { ...preferences, ...prefs },
  });

  async function install(folder: string): Promise<FirefoxExtension> {
    // The Browser Console's own connection has the same name as the first one here. Of two connections with the
    // same name, only one would get the lines of pages that load later.
    if (!headless) (await connectToFirefox(debuggerPort)).disconnect();
    const connection = await connectToFirefox(debuggerPort);
    const { evaluate, request, disconnect } = connection;
    const { addonsActor } = await request("root", "getRoot");
    const { addon } = await request(addonsActor, "installTemporaryAddon", { addonPath: folder });
    const id: string = addon.id;
    const idInManifest = () => readManifest(folder).browser_specific_settings?.gecko?.id;
    const installedId = idInManifest();
    if (!headless) await evaluate(privileged.showBrowserConsole);
    return {
      evaluate,
      clickBrowserAction: () => evaluate(privileged.clickBrowserAction, id),
      async closeTab(page: Page) {
        await page.bringToFront();
        const closed = new Promise((resolve) => page.once("close", resolve));
        await evaluate(privileged.closeTabInView);
        await closed;
      },
      async openPage(file) {
        await evaluate(privileged.openPage, id, file);
        return { close: () => evaluate(privileged.closeTabInView) };
      },
      async watch(onLine) {
        await reportLines(connection, await evaluate(privileged.addressOf, id), onLine);
      },
      async reload() {
        if (idInManifest() !== installedId) throw new Error(idHasChanged);
        const refused = await evaluate(privileged.reload, id);
        if (refused) throw new Error(refused.join("\n"));
      },
      restart: () => evaluate(privileged.restart, id),
      async uninstall() {
        disconnect();
        await browser.uninstallExtension(id);
      },
      // Firefox needs no such wait.
      backgroundStarts: async () => {},
      endBackground: () => evaluate(privileged.endBackground, id),
      backgroundRuns: () => evaluate(privileged.backgroundRuns, id),
      backgroundStops: () => evaluate(privileged.backgroundStops, id),
    };
  }
  return Object.assign(browser, { install });
}
