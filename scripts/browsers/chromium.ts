// A real Chromium for programs: with extensions loaded unpacked, real clicks, and the lines of both
// consoles.
import { readFile } from "node:fs/promises";
import path from "node:path";
import puppeteer, { type CDPSession, type Page, type Protocol } from "puppeteer-core";
import { type ConsoleLine, type RunningBrowser, scriptName } from "./driver.ts";
import { findBrowser } from "./find.ts";

type OnLine = (line: ConsoleLine) => void;

/** What Chromium can do that not every browser can. */
export interface Chromium extends RunningBrowser {
  /** Opens a tab whose lines are not reported: Chromium prerenders nothing for a tab whose are. */
  newUnwatchedPage(): Promise<Page>;
  /** Reports a tab's lines from now on, and those that its page has logged before. */
  watchPage(page: Page): Promise<void>;
}

/**
 * Launches a headless Chromium with a profile of its own, which goes when Chromium ends.
 *
 * @param executablePath - the program; without it, the one that is found
 * @throws when it does not start
 * @see {@link https://pptr.dev/guides/chrome-extensions}
 */
export async function launchChromium(executablePath?: string) {
  return puppeteer.launch({
    executablePath: executablePath ?? (await findBrowser("chromium")),
    enableExtensions: true,
    pipe: true,
    // Chromium does not start with a sandbox when root starts it.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/**
 * Starts a Chromium whose extensions' lines are reported, as {@link launchChromium} does.
 *
 * @param executablePath - the program; without it, the one that is found
 * @throws when it does not start
 */
export async function startChromium(executablePath?: string): Promise<Chromium> {
  const browser = await launchChromium(executablePath);
  /** Who is told of an extension's lines, by the extension's origin. */
  const listeners = new Map<string, OnLine>();

  async function pageInView() {
    for (const page of await browser.pages()) {
      if (await page.evaluate(() => document.visibilityState === "visible")) return page;
    }
    throw new Error("No tab of Chromium is in view.");
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
      const installed = browser.installExtension(folder);
      const origin = installed.then((id) => `chrome-extension://${id}`);
      browser.on("targetcreated", async (target) => {
        if (target.type() !== "service_worker" || originOf(target.url()) !== (await origin)) {
          return;
        }
        // Puppeteer's own session, since another one would keep the worker from being stopped. If it is
        // stopped while this asks, there is nothing to watch.
        const worker = await target.worker().catch(() => null);
        if (worker) await watch(worker.client, listeners, target.url()).catch(() => {});
      });
      listeners.set(await origin, onLine);
      const extension = (await browser.extensions()).get(await installed);
      if (!extension) throw new Error(`Chromium does not list the extension in ${folder}.`);

      /** The one that runs, or the next. */
      async function serviceWorker() {
        const its = await origin;
        const target = await browser.waitForTarget(
          (one) => one.type() === "service_worker" && originOf(one.url()) === its,
        );
        return target.worker();
      }

      const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
      if (manifest.background?.service_worker) {
        // Until the service worker has run once, Chromium does not know what it listens to.
        await (await serviceWorker())?.evaluate(hasActivated);
      }
      return {
        clickBrowserAction: async () => extension.triggerAction(await pageInView()),
        closeTab: (page) => page.close(),
        async reload() {
          await browser.installExtension(folder);
        },
        async endBackground() {
          await (await serviceWorker())?.close();
        },
      };
    },
    close: () => browser.close(),
  };
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
