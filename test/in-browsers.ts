// What the tests in real browsers share: the browsers, the pages, and the lines that are logged.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, afterEach, before, describe } from "node:test";
import type { ConsoleMessage, Page } from "puppeteer-core";
import { type Chromium, startChromium } from "../scripts/browsers/chromium.ts";
import type {
  ConsoleLine,
  InstalledExtension,
  RunningBrowser,
  StartOptions,
} from "../scripts/browsers/driver.ts";
import { lookForBrowser } from "../scripts/browsers/find.ts";
import { type Firefox, startFirefox } from "../scripts/browsers/firefox.ts";
import { type Pages, serve } from "../scripts/browsers/serve.ts";
import { oldestVersion, type Target, targets } from "../scripts/project.ts";
import { buttonClicked, type Lines, opened, pageClicked, theyClickedTheButton } from "./lines.ts";

/** What has to end before this process does when the tests are interrupted. */
export const toEnd: (() => Promise<unknown>)[] = [];
// The browsers end with this process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, async () => {
    await Promise.all(toEnd.map((end) => end()));
    process.exit(1);
  });
}

/** A target, and how it is tested on this machine. */
interface TestTarget extends Target {
  /** The program; by default, what findBrowser() finds. */
  program?: string | undefined;
  /** Why its tests are skipped, if they are. */
  skip: string | false;
}

/** Why the tests in Chromium are skipped, if they are. */
export const skipChromium =
  !(await lookForBrowser("chromium")) &&
  "Chromium is not installed; install it, or set CHROMIUM to its path";

/** What is tested. */
export const current: TestTarget[] = Object.values<Target>(targets).map((target) => ({
  ...target,
  skip: target.browser === "chromium" && skipChromium,
}));

const oldestVersions: TestTarget[] = current.map((target) => {
  const variable = `${target.browser.toUpperCase()}_OLDEST`;
  const program = process.env[variable];
  return {
    ...target,
    name: `${target.name}, the oldest`,
    program,
    skip:
      !program && `${variable} can contain the path of a version from ${oldestVersion(target)} on`,
  };
});

/** A page to talk to. */
export const html = (title: string) => `<!doctype html><title>${title}</title><p>${title}`;

/** What tests run with. All of it is there as soon as the first test begins. */
export interface Run<Browser extends RunningBrowser = RunningBrowser> {
  target: Target;
  browser: Browser;
  /** The extension in it. */
  extension: Tested<Browser>;
  /** The address of the server that has the pages, without a path. */
  url: string;
  /** Installs another extension beside it. */
  install(folder: string): Promise<Tested<Browser>>;
  /** Opens an empty tab, which is closed after the test. */
  newTab(): Promise<Page>;
  /** Opens a page in a new tab, and waits until the scripts have greeted each other. */
  openTab(path?: string): Promise<Page>;
  /** Clicks the page, then the button, whose message must reach this page. Each is one greeting. */
  converse(page: Page, target?: string): Promise<void>;
}

type Tested<Browser extends RunningBrowser> = Awaited<ReturnType<Browser["install"]>> & {
  /**
   * Waits until the extension's scripts have logged as many lines as expected since the last call, or
   * nothing for ten seconds. An error that nobody caught is a line too.
   *
   * @param expected - the lines
   * @param besides - lines that may be logged as well, any number of times
   * @throws when the lines are others, or more
   */
  logged(expected: Lines, besides?: Lines): Promise<void>;

  /** Waits as `logged` does, and returns what was logged. */
  nextLines(expected: Lines, besides?: Lines): Promise<Lines>;
};

interface Options {
  /** What the server has. */
  pages?: Pages;
  /** The folder that holds the extension's manifest.json; without it, the target's. */
  folder?: (target: Target) => string;
}

/** Runs the same tests in each browser, with the extension installed. */
export function inEachBrowser(title: string, options: Options, tests: (run: Run) => void) {
  for (const target of current) {
    inTarget<RunningBrowser>(target, start[target.browser], title, options, tests);
  }
}

/** Runs the same tests in each browser, and in the oldest versions that the manifests admit. */
export function inEachVersion(title: string, options: Options, tests: (run: Run) => void) {
  inEachBrowser(title, options, tests);
  for (const target of oldestVersions) {
    inTarget<RunningBrowser>(target, start[target.browser], title, options, tests);
  }
}

/** Runs tests of a background script that does not run all the time. */
export function inVersion3(title: string, options: Options, tests: (run: Run) => void) {
  for (const target of current) {
    if (target.manifestVersion === 3) {
      inTarget<RunningBrowser>(target, start[target.browser], title, options, tests);
    }
  }
}

/** Runs tests of what only Firefox does, or can be made to do. */
export function inFirefox(title: string, options: Options, tests: (run: Run<Firefox>) => void) {
  for (const target of current) {
    if (target.browser === "firefox") inTarget(target, startFirefox, title, options, tests);
  }
}

/** Runs tests of what only Chromium does, or can be made to do. */
export function inChromium(title: string, options: Options, tests: (run: Run<Chromium>) => void) {
  for (const target of current) {
    if (target.browser === "chromium") inTarget(target, startChromium, title, options, tests);
  }
}

/** Starts a browser, by its name. */
export const start = { firefox: startFirefox, chromium: startChromium };

function inTarget<Browser extends RunningBrowser<InstalledExtension>>(
  target: TestTarget,
  startBrowser: (options: StartOptions) => Promise<Browser>,
  title: string,
  { pages = { "/": html("One") }, folder = ({ folder }) => folder }: Options,
  tests: (run: Run<Browser>) => void,
) {
  describe(`${title}, in ${target.name}`, { skip: target.skip }, () => {
    const extensions: Tested<Browser>[] = [];
    let tabs: Page[] = [];
    let server: Awaited<ReturnType<typeof serve>> | undefined;

    // The rest is there as soon as the first test begins.
    const run = {
      target,
      async install(folder) {
        const { onLine, nextLines } = collectLines();
        const extension = await run.browser.install(folder, onLine);
        const logged = async (expected: Lines, besides: Lines = {}) =>
          assert.deepEqual(await nextLines(expected, besides), without(besides, expected));
        const tested = { ...extension, logged, nextLines } as Tested<Browser>;
        extensions.push(tested);
        return tested;
      },
      async newTab() {
        const page = await run.browser.newPage();
        tabs.push(page);
        return page;
      },
      async openTab(path = "/") {
        const page = await run.newTab();
        await goTo(page, run.url + path);
        await run.extension.logged(opened);
        return page;
      },
      async converse(page, element = "p") {
        await page.click(element);
        await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
        await run.extension.logged({ ...pageClicked, ...buttonClicked });
      },
    } as Partial<Run<Browser>> as Run<Browser>;

    before(async () => {
      server = await serve(pages);
      run.url = server.url;
      run.browser = (await inUse(target, startBrowser)) as Browser;
      run.extension = await run.install(folder(target));
    });
    afterEach(async () => {
      for (const page of tabs) if (!page.isClosed()) await page.close();
      tabs = [];
      // No line may be logged that no test has asked for.
      for (const extension of extensions) await extension.logged({});
    });
    after(async () => {
      for (const extension of extensions) await extension.uninstall();
      server?.close();
    });
    tests(run);
  });
}

/** The browsers that run. The tests of a file share them, since starting one takes longer than most tests. */
const browsers = new Map<string, Promise<RunningBrowser>>();
after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

function inUse(
  target: TestTarget,
  startBrowser: (options: StartOptions) => Promise<RunningBrowser>,
) {
  const key = target.program ?? target.browser;
  const browser = browsers.get(key) ?? startBrowser({ program: target.program });
  browsers.set(key, browser);
  return browser;
}

/** Keeps the lines that an extension's scripts log until a test asks for them. */
export function collectLines() {
  let seen: Lines = {};
  const news = new EventEmitter();
  return {
    onLine({ script, level, text }: ConsoleLine) {
      seen[script] ??= [];
      seen[script].push(level === "log" ? text : `${level}: ${text}`);
      news.emit("line");
    },

    async nextLines(expected: Lines, besides: Lines = {}) {
      const isMissing = ([script, lines]: [string, string[]]) =>
        (without(besides, seen)[script]?.length ?? 0) < lines.length;
      try {
        while (Object.entries(without(besides, expected)).some(isMissing)) {
          await once(news, "line", { signal: AbortSignal.timeout(10_000) });
        }
      } catch {
        // The caller compares, and says what is missing.
      }
      const logged = without(besides, seen);
      seen = {};
      return logged;
    },
  };
}

/** The lines that are not among others. */
function without(others: Lines, lines: Lines): Lines {
  const rest = { ...lines };
  for (const [script, some] of Object.entries(others)) {
    rest[script] = (rest[script] ?? []).filter((line) => !some.includes(line));
  }
  return rest;
}

/**
 * Waits until one page's console shows a line that it has not shown before the call.
 *
 * @param page - the page
 * @param line - the line
 * @throws when it is not there within ten seconds
 */
export function shows(page: Page, line: string) {
  return new Promise<void>((resolve, reject) => {
    const timeout = setTimeout(() => {
      page.off("console", look);
      reject(new Error(`No "${line}" in ${page.url()}`));
    }, 10_000);
    function look(message: ConsoleMessage) {
      if (message.text() !== line) return;
      page.off("console", look);
      clearTimeout(timeout);
      resolve();
    }
    page.on("console", look);
  });
}

/** Goes to another page. `page.goto()` waits for a load event that only HTML documents report. */
export const goTo = (page: Page, url: string) =>
  page.evaluate((to) => location.assign(to), url).catch(unlessLeft);

/** Goes back. `page.goBack()` waits for a load event, and a page that was cached has none. */
export const goBack = (page: Page) => page.evaluate(() => history.back()).catch(unlessLeft);

/** Goes forward, as {@link goBack} goes back. */
export const goForward = (page: Page) => page.evaluate(() => history.forward()).catch(unlessLeft);

/** The page may be left before it has answered. */
function unlessLeft(error: Error) {
  if (!error.message.startsWith("Execution context was destroyed")) throw error;
}
