import { spawnSync } from "node:child_process";
import puppeteer, { type Browser, type LaunchOptions } from "puppeteer-core";
import type { StartOptions } from "./driver.ts";
import { findBrowser, type Name } from "./find.ts";
import { whyNotStarted } from "./why-not-started.ts";

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
