// A real Chromium for programs: with extensions loaded unpacked, real clicks, and the lines of both
// consoles. Its log tells the lines, so no debugger keeps a service worker from stopping.
import { EventEmitter } from "node:events";
import type { Page, Target } from "puppeteer-core";
import { readManifest } from "../project.ts";
import { readLog } from "./chromium-log.ts";
import { type ConsoleLine, launch, type RunningBrowser, type StartOptions } from "./driver.ts";
import { findBrowser } from "./find.ts";

/**
 * Starts a headless Chromium with a profile of its own, which is deleted when Chromium ends.
 *
 * @param options - which Chromium
 * @throws when it does not start
 * @see {@link https://pptr.dev/guides/chrome-extensions}
 */
export async function startChromium({ program }: StartOptions = {}): Promise<RunningBrowser> {
  const browser = await launch(program ?? (await findBrowser("chromium")), {
    enableExtensions: true,
    pipe: true,
    // Chromium does not start with a sandbox when root starts it.
    args: ["--enable-logging=stderr", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
  const session = await browser.target().createCDPSession();
  const lines: ConsoleLine[] = [];
  const news = new EventEmitter<{ line: [ConsoleLine] }>();
  const log = browser.process()?.stderr;
  if (log) {
    readLog(log, (line) => {
      lines.push(line);
      news.emit("line", line);
    });
  }

  async function pageInView() {
    for (const page of await browser.pages()) {
      if (await page.evaluate(() => document.visibilityState === "visible")) return page;
    }
    throw new Error("No tab is visible in Chromium.");
  }

  return {
    version: await browser.version(),
    newPage: () => browser.newPage(),
    async install(folder) {
      const id = await browser.installExtension(folder);
      const origin = `chrome-extension://${id}/`;
      const before = lines.length;
      const extension = (await browser.extensions()).get(id);
      if (!extension) throw new Error(`Chromium does not list the extension in ${folder}.`);

      const isServiceWorker = (target: Target) =>
        target.type() === "service_worker" && target.url().startsWith(origin);
      const { background } = readManifest(folder);
      /** The service workers that were started before. */
      const started = new Set<Target>();
      /** Until the service worker has run once, Chromium does not know which events it listens to. */
      async function hasStarted() {
        if (!background?.service_worker) return;
        const worker = await browser.waitForTarget((it) => isServiceWorker(it) && !started.has(it));
        started.add(worker);
        try {
          const session = await worker.createCDPSession();
          const expression = `(${isActivated})()`;
          await session.send("Runtime.evaluate", { expression, awaitPromise: true });
          // A debugger would keep the service worker from stopping.
          await session.detach();
        } catch (error) {
          // Chromium replaces a service worker that starts while its extension is reloaded.
          if (!/No target|closed/.test((error as Error).message)) throw error;
          await hasStarted();
        }
      }
      await hasStarted();

      return {
        clickBrowserAction: async () => extension.triggerAction(await pageInView()),
        closeTab: (page: Page) => page.close(),
        async openPage(file) {
          const page = await browser.newPage();
          await page.goto(origin + file);
          return { close: () => page.close() };
        },
        async watch(onLine) {
          const report = (line: ConsoleLine) => {
            // Chromium does not always say whose line it is.
            if (line.position?.startsWith(origin) ?? true) onLine(line);
          };
          lines.slice(before).forEach(report);
          news.on("line", report);
        },
        async reload() {
          for (const target of browser.targets()) started.add(target);
          await browser.installExtension(folder);
          await hasStarted();
        },
        uninstall: () => browser.uninstallExtension(id),
        async endBackground() {
          const { targetInfos } = await session.send("Target.getTargets");
          const worker = targetInfos.find(
            ({ type, url }) => type === "service_worker" && url.startsWith(origin),
          );
          if (worker) await session.send("Target.closeTarget", worker);
        },
        backgroundRuns: async () => browser.targets().some(isServiceWorker),
        backgroundStops: () =>
          new Promise<void>((resolve) => {
            function look() {
              if (browser.targets().some(isServiceWorker)) return;
              browser.off("targetdestroyed", look);
              resolve();
            }
            browser.on("targetdestroyed", look);
            look();
          }),
      };
    },
    close: () => browser.close(),
  };
}

/** Runs in the service worker. */
function isActivated() {
  const { serviceWorker } = globalThis as unknown as { serviceWorker: ServiceWorker };
  return new Promise<void>((resolve) => {
    const look = () => serviceWorker.state === "activated" && resolve();
    serviceWorker.addEventListener("statechange", look);
    look();
  });
}
