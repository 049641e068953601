// A browser that a start command runs: its process, and what can be done with the extension in it.
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { launch, type Process } from "@puppeteer/browsers";
import type { ConsoleLine } from "./browsers/driver.ts";

/** How a browser is started. */
export interface LaunchOptions {
  /** The browser's path. */
  program: string;
  /** Where the browser keeps its profile. */
  profile: string;
  /** Whether the browser runs without a window. */
  headless: boolean;
}

/** A browser that was started. */
export interface LaunchedBrowser {
  process: Process;

  /**
   * Installs an unpacked extension as soon as the browser is ready.
   *
   * @param folder - where the extension's manifest.json is
   * @param onLine - called for each line that the extension's scripts log, those of one script in order
   * @throws when the browser does not start, or refuses the extension
   */
  install(folder: string, onLine: (line: ConsoleLine) => void): Promise<StartedExtension>;
}

/** An extension in a browser that was started. */
export interface StartedExtension {
  /** Shows a page in the browser's first tab. */
  open(url: string): Promise<void>;

  /**
   * Loads the extension's files again, and runs its scripts again in the background and in open pages.
   *
   * @throws when the browser refuses the files
   */
  reload(): Promise<void>;

  /** Clicks the page that was opened, as a mouse does. */
  clickPage(): Promise<void>;

  /** Clicks the extension's toolbar button. */
  clickBrowserAction(): Promise<void>;
}

/**
 * Starts a browser, which ends with this process.
 *
 * @param program - the browser's path
 * @param args - the command-line options
 * @param pipe - whether the browser is controlled over the pipes `stdio[3]` and `stdio[4]`
 * @see {@link https://pptr.dev/browsers-api/browsers.launch}
 */
export function launchProcess(program: string, args: string[], pipe = false): Process {
  return launch({
    executablePath: program,
    args,
    pipe,
    env: process.env,
    // On a signal, the command itself ends the browser, and waits until it has ended.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/**
 * Waits until a browser has ended, and what it wrote has arrived.
 *
 * @returns what it was ended by, such as `"SIGKILL"`, or nothing if it ended by itself
 */
export async function hasEnded({ nodeProcess }: Process): Promise<string | null> {
  const closed = once(nodeProcess, "close");
  await once(nodeProcess, "exit");
  // Another process that the browser has started may keep its output open.
  await Promise.race([closed, wait(1_000)]);
  return nodeProcess.signalCode;
}
