// A real Chromium for programs: with extensions loaded unpacked, real clicks on pages, and the lines of both
// consoles. Its log tells the lines, so no debugger keeps a service worker from stopping.
import { EventEmitter } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, CDPSession, Page, Target } from "puppeteer-core";
import { readManifest } from "../project.ts";
import { readLog } from "./chromium-lines.ts";
import {
  type ConsoleLine,
  type InstalledExtension,
  idHasChanged,
  type StartedBrowser,
  type StartOptions,
} from "./driver.ts";
import { launch } from "./launch.ts";

/**
 * Starts Chromium with a profile of its own. With a window, DevTools for the page are open.
 *
 * @param options - which Chromium, and how
 * @throws when it does not start
 * @see {@link https://pptr.dev/guides/chrome-extensions}
 */
export async function startChromium(options: StartOptions = {}): Promise<StartedBrowser> {
  const withWindow = options.headless === false;
  const browser = await launch("chromium", options, {
    enableExtensions: true,
    pipe: true,
    // Chromium does not start with a sandbox when root starts it.
    args: ["--enable-logging=stderr", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
    // This option shows a bar that says that a test controls Chromium.
    ignoreDefaultArgs: ["--enable-automation"],
    ...(withWindow && { devtools: true, userDataDir: profileForDevTools() }),
  });
  const log = keepLines(browser);

  async function install(folder: string): Promise<InstalledExtension> {
    const linesBefore = log.lines.length;
    let known = new Set<Target>();
    function load() {
      known = new Set(browser.targets());
      return browser.installExtension(folder);
    }
    const id = await load();
    const extension = (await browser.extensions()).get(id);
    if (!extension) throw new Error(`Chromium does not list the extension in ${folder}.`);
    const worker = serviceWorkerOf(id, browser);

    return {
      clickBrowserAction: async () => extension.triggerAction(await pageInView(browser)),
      closeTab: (page: Page) => page.close(),
      async openPage(file) {
        const page = await browser.newPage();
        await page.goto(addressOf(id) + file);
        return { close: () => page.close() };
      },
      async watch(onLine) {
        const report = (line: ConsoleLine) => {
          // Chromium does not always say whose line it is.
          if (line.position?.startsWith(addressOf(id)) ?? true) onLine(line);
        };
        log.lines.slice(linesBefore).forEach(report);
        log.news.on("line", report);
      },
      async reload() {
        if ((await load()) !== id) throw new Error(idHasChanged);
      },
      async backgroundStarts() {
        if (readManifest(folder).background) await activates(id, browser, known);
      },
      uninstall: () => browser.uninstallExtension(id),
      endBackground: worker.end,
      backgroundRuns: async () => worker.runs(),
      backgroundStops: worker.stops,
    };
  }
  return Object.assign(browser, { install });
}

const addressOf = (id: string) => `chrome-extension://${id}/`;

const isServiceWorkerOf = (id: string, target: Target) =>
  target.type() === "service_worker" && target.url().startsWith(addressOf(id));

/** Keeps the lines that the scripts of all extensions log. */
function keepLines(browser: Browser) {
  const lines: ConsoleLine[] = [];
  const news = new EventEmitter<{ line: [ConsoleLine] }>();
  readLog(browser.process()?.stderr as NodeJS.ReadableStream, (line) => {
    lines.push(line);
    news.emit("line", line);
  });
  return { lines, news };
}

/** Waits until a service worker that is not known is activated. */
async function activates(id: string, browser: Browser, known: Set<Target>) {
  const isNew = (target: Target) => isServiceWorkerOf(id, target) && !known.has(target);
  for (;;) {
    await browser.waitForTarget(isNew);
    const newest = browser.targets().filter(isNew).at(-1);
    const session = await newest?.createCDPSession().catch(() => undefined);
    // Chromium replaces a service worker that starts while its extension is reloaded, and the replaced worker
    // may neither end nor answer as long as it is attached to.
    const state = await Promise.race([session && stateOf(session), wait(1_000)]);
    // A debugger that stays would keep the service worker from stopping.
    await session?.detach().catch(() => {});
    if (state === "activated") return;
  }
}

/** Waits until a service worker is activated or redundant, and tells which. */
async function stateOf(session: CDPSession): Promise<unknown> {
  const evaluated = session.send("Runtime.evaluate", {
    expression: `(${lastState})()`,
    awaitPromise: true,
  });
  return (await evaluated.catch(() => undefined))?.result.value;
}

function serviceWorkerOf(id: string, browser: Browser) {
  const runs = () => browser.targets().some((target) => isServiceWorkerOf(id, target));
  return {
    runs,

    async end() {
      const session = await browser.target().createCDPSession();
      const { targetInfos } = await session.send("Target.getTargets");
      const worker = targetInfos.find(
        ({ type, url }) => type === "service_worker" && url.startsWith(addressOf(id)),
      );
      if (worker) await session.send("Target.closeTarget", worker);
      await session.detach();
    },

    stops() {
      return new Promise<void>((resolve) => {
        function look() {
          if (runs()) return;
          browser.off("targetdestroyed", look);
          resolve();
        }
        browser.on("targetdestroyed", look);
        look();
      });
    },
  };
}

/** Runs in the service worker: waits until it is activated, or redundant because another one replaces it. */
function lastState() {
  const { serviceWorker } = globalThis as unknown as { serviceWorker: ServiceWorker };
  return new Promise<string>((resolve) => {
    function look() {
      const { state } = serviceWorker;
      if (state === "activated" || state === "redundant") resolve(state);
    }
    serviceWorker.addEventListener("statechange", look);
    look();
  });
}

async function pageInView(browser: Browser) {
  for (const page of await browser.pages()) {
    if (await page.evaluate(() => document.visibilityState === "visible")) return page;
  }
  throw new Error("No tab is visible in Chromium.");
}

/** Makes a profile in which DevTools show the console first, and the TypeScript of content scripts. */
function profileForDevTools() {
  const profile = mkdtempSync(path.join(tmpdir(), "chromium-"));
  const preferences = {
    "panel-selected-tab": '"console"',
    // DevTools read no source maps of scripts that they skip.
    "skip-content-scripts": "false",
  };
  mkdirSync(path.join(profile, "Default"));
  writeFileSync(
    path.join(profile, "Default/Preferences"),
    JSON.stringify({ devtools: { preferences } }),
  );
  return profile;
}
