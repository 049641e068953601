// What firefox.ts and chromium.ts have in common: tests and start commands use both in the same way.
import { spawnSync } from "node:child_process";
import puppeteer, { type Browser, type LaunchOptions, type Page } from "puppeteer-core";
import { findBrowser, type Name } from "./find.ts";
import { whyNotStarted } from "./why-not-started.ts";

/** One line in a console. */
export interface ConsoleLine {
  /** The file that logged the line, without its folder and ending: `"content-script"`. */
  script: string;
  /** `"log"`, `"warn"`…, or `"uncaught"` for an error that nobody caught. */
  level: string;
  text: string;
  /** Where in the built script, as `<address>:<line>` or `<address>:<line>:<column>`, from 1 on. */
  position?: string;
}

/** An extension in a running browser. */
export interface InstalledExtension {
  /**
   * Clicks the extension's toolbar button, in the current tab.
   *
   * @throws when the extension has no button
   */
  clickBrowserAction(): Promise<void>;

  /** Closes the tab of a page, and waits until the page has ended. */
  closeTab(page: Page): Promise<void>;

  /**
   * Opens a page of the extension, such as its popup, in a tab in front of the others.
   *
   * @param file - the page's path in the extension
   * @returns how to close the tab
   */
  openPage(file: string): Promise<{ close(): Promise<void> }>;

  /** Ends the background script: as a crash does if it is persistent, else as the browser does. */
  endBackground(): Promise<void>;

  /** Tells whether the background script runs. */
  backgroundRuns(): Promise<boolean>;

  /** Waits until the browser itself has stopped the background script. */
  backgroundStops(): Promise<void>;

  /**
   * Loads the extension's files again and restarts the extension, as the browser's own Reload does. Unlike
   * Firefox's own, this also shows a new icon.
   *
   * @throws when the browser refuses them, for example because of the manifest
   */
  reload(): Promise<void>;

  /**
   * Reports the lines that the extension's scripts log. In Firefox, this keeps the background script from
   * stopping.
   *
   * @param onLine - called for each line, those of one script in order; the lines before the call that the
   *   browser has kept are the first
   */
  watch(onLine: (line: ConsoleLine) => void): Promise<void>;

  /** Removes the extension from the browser. */
  uninstall(): Promise<void>;
}

/** How a browser is started. */
export interface StartOptions {
  /** The program; by default, what findBrowser() finds. */
  program?: string | undefined;
  /** Whether the browser runs without a window. With a window, it also shows the console; default: true. */
  headless?: boolean;
  /** Preferences of Firefox, as in about:config. */
  prefs?: Record<string, string | number | boolean>;
}

/** A browser with a profile of its own, which is deleted when the browser ends, and what Puppeteer can do with it. */
export interface StartedBrowser<Extension extends InstalledExtension = InstalledExtension>
  extends Browser {
  /**
   * Installs an unpacked extension for as long as the browser runs.
   *
   * @param folder - where its manifest.json is
   * @throws when the browser refuses the extension
   */
  install(folder: string): Promise<Extension>;
}

/** More than a busy machine takes to start a browser, or a browser to answer, in ms. */
const longest = 60_000;

const ending = new AbortController();
process.on("exit", () => ending.abort());

/**
 * Launches a browser, which ends with this process, even while it starts. Of several browsers, Puppeteer itself
 * ends every second one only, and on Ctrl-C it ends the process before others have cleaned up.
 *
 * @param name - which browser
 * @param options - how it is started
 * @param more - other options for Puppeteer
 * @throws when the browser does not start; the message says why
 * @see {@link https://pptr.dev/api/puppeteer.launchoptions}
 */
export async function launch(
  name: Name,
  { program, headless = true }: StartOptions,
  more: LaunchOptions,
): Promise<Browser> {
  const executablePath = program ?? (await findBrowser(name));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    if (process.listenerCount(signal) === 0) process.on(signal, () => process.exit(1));
  }
  try {
    return await puppeteer.launch({
      browser: name === "firefox" ? "firefox" : "chrome",
      executablePath,
      headless,
      // A page is as large as its window.
      ...(!headless && { defaultViewport: null }),
      timeout: longest,
      protocolTimeout: longest,
      signal: ending.signal,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...more,
    });
  } catch {
    // Puppeteer does not know all that the browser has written, so the browser is started by itself.
    const window = headless ? ["--headless", "--screenshot=/dev/null"] : [];
    const args = [...(more.args ?? []), ...window, "about:blank"];
    const { output } = spawnSync(executablePath, args, { encoding: "utf8", timeout: 10_000 });
    throw new Error(whyNotStarted(executablePath, output.join("")));
  }
}

/** What a script is called: the name of its file, without folder and ending. */
export const scriptName = (url: string) => url.replace(/^.*\/|\.\w+$/g, "");
