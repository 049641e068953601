// A real Chromium for programs: with extensions loaded unpacked, real clicks, and the lines of both
// consoles.
import { readFile } from "node:fs/promises";
import path from "node:path";
import puppeteer, {
  type Browser,
  type CDPSession,
  type Page,
  type Protocol,
  type Target,
} from "puppeteer-core";
import {
  type ConsoleLine,
  endsWithProcess,
  forEachMatch,
  type RunningBrowser,
  type StartOptions,
  scriptName,
} from "./driver.ts";
import { findBrowser } from "./find.ts";

type OnLine = (line: ConsoleLine) => void;

/** What Chromium can do that not every browser can. */
export interface Chromium extends RunningBrowser {
  /** Opens a tab whose lines are not reported. For a tab that is watched, Chromium does not prerender. */
  newUnwatchedPage(): Promise<Page>;
  /** Reports a tab's lines from now on, and those that its page has logged before. */
  watchPage(page: Page): Promise<void>;
}

/**
 * Launches a headless Chromium with a profile of its own, which goes when Chromium ends.
 *
 * @param program - by default, what findBrowser() finds
 * @throws when it does not start
 * @see {@link https://pptr.dev/guides/chrome-extensions}
 */
export async function launchChromium(program?: string) {
  return puppeteer.launch({
    executablePath: program ?? (await findBrowser("chromium")),
    ...endsWithProcess(),
    enableExtensions: true,
    pipe: true,
    // Chromium does not start with a sandbox when root starts it.
    args: ["--enable-logging=stderr", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });
}

/**
 * Starts a Chromium whose extensions' lines are reported, as {@link launchChromium} does.
 *
 * @param options - which Chromium, and how
 * @throws when it does not start
 */
export async function startChromium({ program, onPrinted }: StartOptions = {}): Promise<Chromium> {
  const browser = await launchChromium(program);
  if (onPrinted) {
    const logged = /:CONSOLE:\d+\] "(.*)", source: chrome-extension:/;
    forEachMatch(browser.process()?.stderr, logged, onPrinted);
  }
  /** Who is told of an extension's lines, by the extension's origin. */
  const listeners = new Map<string, OnLine>();

  async function pageInView() {
    for (const page of await browser.pages()) {
      if (await page.evaluate(() => document.visibilityState === "visible")) return page;
    }
    throw new Error("No tab is visible in Chromium.");
  }

  const watchPage = async (page: Page) => watch(await page.createCDPSession(), listeners);

  return {
    version: await browser.version(),
    async newPage() {
      const page = await browser.newPage();
      await watchPage(page);
      return page;
    },
    newUnwatchedPage: () => browser.newPage(),
    watchPage,
    async install(folder, onLine) {
      const { leftAlone } = await untilLeftAlone(browser);
      const installed = browser.installExtension(folder);
      const origin = installed.then((id) => `chrome-extension://${id}`);
      async function watchServiceWorker(target: Target) {
        if (target.type() !== "service_worker" || originOf(target.url()) !== (await origin)) {
          return;
        }
        // Puppeteer's own session, since another one would keep the worker from being stopped. If it is
        // stopped while this asks, there is nothing to watch.
        const worker = onLine && (await target.worker().catch(() => null));
        if (worker) await watch(worker.client, listeners, target.url()).catch(() => {});
      }
      browser.on("targetcreated", watchServiceWorker);
      const its = await origin;
      if (onLine) listeners.set(its, onLine);
      const extension = (await browser.extensions()).get(await installed);
      if (!extension) throw new Error(`Chromium does not list the extension in ${folder}.`);

      const isServiceWorker = (target: Target) =>
        target.type() === "service_worker" && originOf(target.url()) === its;
      /** The running service worker, or else the next. */
      const serviceWorker = async () => (await browser.waitForTarget(isServiceWorker)).worker();

      const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
      if (manifest.background?.service_worker) {
        // Until the service worker has run once, Chromium does not know what it listens to.
        if (onLine) await (await serviceWorker())?.evaluate(hasActivated);
        else await leftAlone;
      }
      return {
        clickBrowserAction: async () => extension.triggerAction(await pageInView()),
        closeTab: (page) => page.close(),
        async reload() {
          await browser.installExtension(folder);
        },
        async uninstall() {
          browser.off("targetcreated", watchServiceWorker);
          await browser.uninstallExtension(await installed);
        },
        async endBackground() {
          await (await serviceWorker())?.close();
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

/**
 * Resolves when Puppeteer has attached to the next service worker and let go of it, which it does with
 * each. A service worker that a page connects to before may not stop at all: seen in 5 of 32 runs, and in
 * none of 80 that waited.
 */
async function untilLeftAlone(browser: Browser) {
  const session = await browser.target().createCDPSession();
  const filter = [{ type: "service_worker" }];
  await session.send("Target.setDiscoverTargets", { discover: true, filter });
  const leftAlone = new Promise<void>((resolve) => {
    session.on("Target.targetInfoChanged", ({ targetInfo }) => {
      if (!targetInfo.attached) resolve();
    });
  });
  return { leftAlone };
}

/** As the browser has it. Node.js has none for extensions. */
const originOf = (url: string) => url.replace(/^([^/]*\/\/[^/]*).*/s, "$1");

/** Runs in the service worker. */
function hasActivated() {
  const { serviceWorker } = globalThis as unknown as { serviceWorker: ServiceWorker };
  return new Promise<void>((resolve) => {
    const look = () => serviceWorker.state === "activated" && resolve();
    serviceWorker.addEventListener("statechange", look);
    look();
  });
}

/** Reports what extensions log in a page or a service worker, what was logged before included. */
async function watch(session: CDPSession, listeners: Map<string, OnLine>, workerUrl?: string) {
  const origins = new Map<number | undefined, string>();
  session.on("Runtime.executionContextCreated", ({ context }) => {
    origins.set(context.id, context.origin);
  });
  /** Tells whoever listens to the extension that the context, or else the script, belongs to. */
  function report(
    level: string,
    text: string,
    url: string | undefined,
    stack?: Protocol.Runtime.StackTrace,
    context?: number,
  ) {
    const file = stack?.callFrames[0]?.url ?? url ?? workerUrl ?? "";
    const origin = originOf(origins.get(context) ?? file);
    listeners.get(origin)?.({ script: scriptName(file), level, text });
  }

  // A page that comes back from the back/forward cache brings its old lines again.
  const reported = new Set<string>();
  session.on("Runtime.consoleAPICalled", (call) => {
    const text = call.args.map(asText).join(" ");
    const key = [call.timestamp, text].join();
    if (reported.has(key)) return;
    reported.add(key);
    const level = call.type === "warning" ? "warn" : call.type;
    report(level, text, undefined, call.stackTrace, call.executionContextId);
  });
  session.on("Runtime.exceptionThrown", ({ exceptionDetails: thrown }) => {
    const text = thrown.exception ? asText(thrown.exception) : thrown.text;
    report("uncaught", text, thrown.url, thrown.stackTrace, thrown.executionContextId);
  });
  // Unchecked runtime.lastError, for one, and what a listener throws.
  session.on("Log.entryAdded", ({ entry: { level, text, url, stackTrace } }) => {
    if (!workerUrl && text.startsWith("Unchecked runtime.lastError")) {
      // Chromium does not say whose content script it was.
      for (const onLine of listeners.values()) onLine({ script: "page", level, text });
      return;
    }
    const [, thrown] = text.match(/^Error in event handler: (.*)/) ?? [];
    report(thrown ? "uncaught" : level, thrown ?? text, url, stackTrace);
  });
  await session.send("Runtime.enable");
  await session.send("Log.enable");
}

/** An error's description goes on with its stack. */
function asText({ value, description = String(value) }: Protocol.Runtime.RemoteObject) {
  return description.replace(/\n {4}at .*/s, "");
}
