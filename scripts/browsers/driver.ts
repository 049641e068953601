// What firefox.ts and chromium.ts have in common: tests and start commands use both in the same way.
import type { Browser, Page } from "puppeteer-core";

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
   * Clicks the extension's toolbar button, in the current tab: in Firefox with the mouse, in Chromium by a
   * command of its protocol.
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

  /**
   * Waits until the background script has run for the first time since the extension was installed or reloaded.
   * Before, Chromium does not know which events the script listens to.
   */
  backgroundStarts(): Promise<void>;

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

/** A browser with a profile of its own, among the temporary files, and what Puppeteer can do with the browser. */
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

/** What a script is called: the name of its file, without folder and ending. */
export const scriptName = (url: string) => url.replace(/^.*\/|\.\w+$/g, "");

/** Why an extension is not reloaded: with another ID, it is another extension. */
export const idHasChanged =
  "The extension's ID has changed. Press Ctrl-C, and run the command again.";
