// How the start commands run the extension in Firefox: with the Browser Console beside the page.
import { Browser, createProfile } from "@puppeteer/browsers";
import packageJson from "../package.json" with { type: "json" };
import { type LaunchedBrowser, type LaunchOptions, launchProcess } from "./browser-process.ts";
import { freePort } from "./browsers/firefox-connection.ts";
import { installExtension, watchExtension } from "./browsers/firefox-devtools.ts";

/** The preferences that `npx web-ext run` sets too. */
export const pref = Object.fromEntries(
  packageJson.webExt.run.pref.map((line) => {
    const [name = "", value = ""] = line.split("=");
    return [name, value === "false" ? false : value];
  }),
);

/** More than a busy machine takes. */
const startsWithinMs = 60_000;

/**
 * Starts Firefox.
 *
 * @param options - which Firefox, and how
 * @throws when the profile cannot be written
 * @see {@link https://firefox-source-docs.mozilla.org/browser/CommandLineParameters.html}
 */
export async function launch(options: LaunchOptions): Promise<LaunchedBrowser> {
  const { program, profile, headless } = options;
  await createProfile(Browser.FIREFOX, {
    path: profile,
    preferences: {
      // Firefox would warn that it has no address for its studies.
      "app.normandy.enabled": false,
      "devtools.chrome.enabled": true,
      "devtools.debugger.prompt-connection": false,
      "devtools.debugger.remote-enabled": true,
      "devtools.debugger.show-content-scripts": true,
      ...pref,
    },
  });
  const port = await freePort();
  const args = ["-no-remote", "-profile", profile, "-start-debugger-server", String(port)];
  const process = launchProcess(program, headless ? [...args, "--headless"] : args);
  // Without a listener, a program that cannot be run would end this command before it can say why.
  const started = process.waitForLineOutput(/^(Started devtools server)/, startsWithinMs);
  started.catch(() => {});

  return {
    process,
    async install(folder, onLine) {
      await started;
      const id = await installExtension(port, folder);
      const extension = await watchExtension(port, id, onLine);
      if (!headless) await extension.evaluate(showSideBySide);
      return {
        ...extension,
        open: (url) =>
          extension.evaluate((page) => {
            Services.wm.getMostRecentWindow("navigator:browser").openTrustedLinkIn(page, "current");
          }, url),
      };
    },
  };
}

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
  const pageWindow = Services.wm.getMostRecentWindow("navigator:browser");
  // On a small screen, Firefox opens maximized, and such a window cannot be moved.
  pageWindow.restore();
  const { BrowserConsoleManager } = require("devtools/client/webconsole/browser-console-manager");
  const { chromeWindow: consoleWindow } = await BrowserConsoleManager.openBrowserConsoleOrFocus();
  const {
    availLeft: left,
    availTop: top,
    availWidth: width,
    availHeight: height,
  } = pageWindow.screen;
  pageWindow.moveTo(left, top);
  pageWindow.resizeTo(width / 2, height);
  consoleWindow.moveTo(left + width / 2, top);
  consoleWindow.resizeTo(width / 2, height);
  pageWindow.addEventListener("unload", () => consoleWindow.close());
}
