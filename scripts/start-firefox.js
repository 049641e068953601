// How the extension is run in Firefox: the Browser Console beside the page shows both scripts' lines,
// and so does the terminal.
import { fileURLToPath } from "node:url";
import manifest from "../manifest.json" with { type: "json" };
import packageJson from "../package.json" with { type: "json" };
import { watchExtension } from "./firefox-devtools.js";

/** The folder that holds the manifest.json for Firefox. */
export const folder = fileURLToPath(new URL("..", import.meta.url));

/** What the manifest asks for. */
export const version = "Firefox 140";

/**
 * Puts the Browser Console beside the page, without the warning that Firefox's add-on manager logs at
 * each reload, and closes it with the page. Runs in Firefox, with the browser's own privileges.
 */
export const sideBySide = `(async () => {
  const { Log } = ChromeUtils.importESModule("resource://gre/modules/Log.sys.mjs");
  Log.repository.getLogger("addons").level = Log.Level.Error;
  const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
  const { BrowserConsoleManager } = require("devtools/client/webconsole/browser-console-manager");
  const { chromeWindow: console } = await BrowserConsoleManager.openBrowserConsoleOrFocus();
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  const { availLeft: left, availTop: top, availWidth: width, availHeight: height } = page.screen;
  page.moveTo(left, top);
  page.resizeTo(width / 2, height);
  console.moveTo(left + width / 2, top);
  console.resizeTo(width / 2, height);
  page.addEventListener("unload", () => console.close());
})()`;

/**
 * What web-ext is told.
 *
 * @param {string} firefox - the program
 * @param {string} url - the page to open
 * @param {boolean} headless - whether there is no display
 * @returns the options
 * @see {@link https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run}
 */
export function options(firefox, url, headless) {
  return {
    firefox,
    startUrl: url,
    args: headless ? ["--headless"] : [],
    browserConsole: !headless,
    // The preferences that a bare `npx web-ext run` sets too.
    pref: Object.fromEntries(
      packageJson.webExt.run.pref.map((line) => {
        const [name, value] = line.split("=");
        return [name, value === "false" ? false : value];
      }),
    ),
  };
}

/**
 * Prints the lines of both scripts.
 *
 * @param runner - web-ext's hold on the running Firefox
 * @param {string} _url - the page that it has opened
 * @param {boolean} headless - whether there is no display
 * @returns how to load the extension's files again and start it anew
 * @throws when Firefox has ended
 */
export async function attach(runner, _url, headless) {
  const devtools = await watchExtension(
    runner.extensionRunners[0].runningInfo.debuggerPort,
    manifest.browser_specific_settings.gecko.id,
    ({ script, level, text }) => {
      console.log(`[${script}]`.padEnd(20) + (level === "log" ? "" : `${level}: `) + text);
    },
  );
  if (!headless) await devtools.evaluate(sideBySide);
  console.log(
    headless
      ? "Without a display there is nothing to click. npm test clicks."
      : "Click the page, then the button in the toolbar.",
  );
  return devtools.reload;
}
