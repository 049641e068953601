// What the tests in real browsers share: the browsers, the pages, and the lines that are logged.
import { after, afterEach, before, describe } from "node:test";
import type { Page } from "puppeteer-core";
import { startChromium } from "../scripts/browsers/chromium.ts";
import type { StartedBrowser, StartOptions } from "../scripts/browsers/driver.ts";
import { lookForBrowser } from "../scripts/browsers/find.ts";
import { type Firefox, startFirefox } from "../scripts/browsers/firefox.ts";
import { type Pages, serve } from "../scripts/browsers/serve.ts";
import { oldestVersion, type Target, targets } from "../scripts/project.ts";
import { ConsoleLines } from "./console-lines.ts";
import { settle } from "./conversation.ts";
import { html } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

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
  /** Its key among the targets. */
  key: string;
  /** The program; by default, what findBrowser() finds. */
  program?: string | undefined;
  /** Why its tests are skipped, if they are. */
  skip: string | false;
}

/** Why the tests in Chromium are skipped, if they are. */
export const skipChromium =
  !(await lookForBrowser("chromium")) &&
  "Chromium is not installed; install it, or set CHROMIUM to its path";

/** The targets that are tested: all, or those that `npm test` was asked for. */
export const current: TestTarget[] = Object.entries<Target>(targets)
  .filter(([name]) => (process.env.TEST_TARGETS ?? name).split(",").includes(name))
  .map(([key, target]) => ({
    ...target,
    key,
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

/** What tests run with. All of it is there as soon as the first test begins. */
export interface Run<Browser extends StartedBrowser = StartedBrowser> {
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
}

type Tested<Browser extends StartedBrowser> = Awaited<ReturnType<Browser["install"]>> & {
  /** Its lines since the last call. {@link ConsoleLines} has both. */
  logged: ConsoleLines["logged"];
  nextLines: ConsoleLines["next"];
};

interface Options {
  /** What the server has. */
  pages?: Pages;
  /** The folder that holds the extension's manifest.json; without it, the target's. */
  folder?: (target: Target) => string;
  /** Waits, after a test has closed its tabs, until the extension cannot log any more. */
  settle?: ((run: Run) => Promise<void>) | undefined;
}

/** Starts a browser, by its name. */
export const start: Record<Target["browser"], (options: StartOptions) => Promise<StartedBrowser>> =
  { firefox: startFirefox, chromium: startChromium };

type Tests<Browser extends StartedBrowser = StartedBrowser> = (run: Run<Browser>) => void;

/** Runs the same tests in each browser, with the extension installed. */
export function inEachBrowser(title: string, options: Options, tests: Tests) {
  for (const target of current) inTarget(target, title, options, tests);
}

/** Runs the same tests in each browser, and in the oldest versions that the manifests admit. */
export function inEachVersion(title: string, options: Options, tests: Tests) {
  for (const target of [...current, ...oldestVersions]) inTarget(target, title, options, tests);
}

/** Runs tests of a background script that does not run all the time. */
export function inVersion3(title: string, options: Options, tests: Tests) {
  const targets = current.filter(({ manifestVersion }) => manifestVersion === 3);
  for (const target of targets) inTarget(target, title, options, tests);
}

/** Runs tests of what only Firefox does, or can be made to do. */
export function inFirefox(title: string, options: Options, tests: Tests<Firefox>) {
  const targets = current.filter(({ browser }) => browser === "firefox");
  for (const target of targets) inTarget(target, title, options, tests as Tests);
}

/** Runs tests of what only Chromium does, or can be made to do. */
export function inChromium(title: string, options: Options, tests: Tests) {
  const targets = current.filter(({ browser }) => browser === "chromium");
  for (const target of targets) inTarget(target, title, options, tests);
}

function inTarget(target: TestTarget, title: string, options: Options, tests: Tests) {
  const { pages = { "/": html("One") }, folder = ({ folder }) => copyExtension(folder) } = options;
  /** Only the conversation's own extension says so by itself. */
  const settled = options.folder ? options.settle : settle;

  describe(`${title}, in ${target.name}`, { skip: target.skip }, () => {
    const tested: { lines: ConsoleLines; extension: Tested<StartedBrowser> }[] = [];
    const tabs: Page[] = [];
    let server: Awaited<ReturnType<typeof serve>> | undefined;
    const run = {} as Run;

    run.target = target;
    run.install = async (folder) => {
      const lines = new ConsoleLines();
      const installed = await run.browser.install(folder);
      await installed.backgroundStarts();
      await installed.watch(lines.add);
      const extension = {
        ...installed,
        async reload() {
          await installed.reload();
          await installed.backgroundStarts();
        },
        logged: lines.logged.bind(lines),
        nextLines: lines.next.bind(lines),
      };
      tested.push({ lines, extension });
      return extension;
    };
    run.newTab = async () => {
      const page = await run.browser.newPage();
      tabs.push(page);
      return page;
    };

    before(async () => {
      server = await serve(pages);
      run.url = server.url;
      run.browser = await inUse(target);
      run.extension = await run.install(folder(target));
    });
    afterEach(async () => {
      for (const page of tabs.splice(0)) {
        if (!page.isClosed()) await run.extension.closeTab(page);
      }
      await settled?.(run);
      for (const { lines } of tested) lines.noMore();
    });
    after(async () => {
      for (const { extension } of tested) await extension.uninstall();
      server?.close();
    });
    tests(run);
  });
}

/** The browsers that run. The tests of a file share them, since starting one takes longer than most tests. */
const browsers = new Map<string, Promise<StartedBrowser>>();
// A browser that has not started keeps no other from being closed.
after(() => Promise.allSettled([...browsers.values()].map(async (it) => (await it).close())));

function inUse({ browser: name, program }: TestTarget) {
  const key = program ?? name;
  const browser = browsers.get(key) ?? start[name]({ program });
  browsers.set(key, browser);
  return browser;
}
