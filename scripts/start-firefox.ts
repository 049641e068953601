// How the extension is run in Firefox: with the Browser Console beside the page.
import type { BrowserOptions, Runner } from "web-ext";
import packageJson from "../package.json" with { type: "json" };
import type { AttachOptions, StartedExtension } from "./browsers/driver.ts";
import { watchExtension } from "./browsers/firefox-devtools.ts";

/** The preferences that `npx web-ext run` sets too. */
export const pref = Object.fromEntries(
  packageJson.webExt.run.pref.map((line) => {
    const [name = "", value = ""] = line.split("=");
    return [name, value === "false" ? false : value];
  }),
);

/**
 * Puts the Browser Console beside the page, without the warning that Firefox's add-on manager logs at
 * each reload, and closes it with the page. Runs in Firefox, with the browser's own privileges.
 */
export async function showSideBySide() {
  const { Log } = ChromeUtils.importESModule("resource://gre/modules/Log.sys.mjs");
  Log.repository.getLogger("addons").level = Log.Level.Error;
  const { require } = ChromeUtils.importESModule(
    "resource://devtools/shared/loader/Loader.sys.mjs",
  );
  const { BrowserConsoleManager } = require("devtools/client/webconsole/browser-console-manager");
  const { chromeWindow: console } = await BrowserConsoleManager.openBrowserConsoleOrFocus();
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  const { availLeft: left, availTop: top, availWidth: width, availHeight: height } = page.screen;
  page.moveTo(left, top);
  page.resizeTo(width / 2, height);
  console.moveTo(left + width / 2, top);
  console.resizeTo(width / 2, height);
  page.addEventListener("unload", () => console.close());
}

export const whereToClick = "Click the page, and then the blue speech bubble in the toolbar.";

/**
 * What web-ext is told.
 *
 * @param firefox - the program
 * @param headless - whether there is no display
 * @returns the options
 * @see {@link https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run}
 */
export function options(firefox: string, headless: boolean): BrowserOptions {
  return {
    firefox,
    args: headless ? ["--headless"] : [],
    browserConsole: !headless,
    pref,
  };
}

/**
 * Opens the page, and reports the lines of both scripts.
 *
 * @param runner - web-ext's hold on the running Firefox
 * @param options - the page, and who is told
 * @throws when Firefox has ended
 */
export async function attach(
  runner: Runner,
  { url, headless, onLine }: AttachOptions,
): Promise<StartedExtension> {
  const { runningInfo, reloadableExtensions } = runner.extensionRunners[0];
  const [id = ""] = reloadableExtensions.values();
  const extension = await watchExtension(runningInfo.debuggerPort, id, onLine);
  if (!headless) await extension.evaluate(showSideBySide);
  await extension.evaluate((page) => {
    Services.wm.getMostRecentWindow("navigator:browser").openTrustedLinkIn(page, "current");
  }, url);
  return extension;
}
