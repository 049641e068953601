// @ts-nocheck: Firefox's own code, which these functions use, has no types.
// Functions that Firefox runs with the browser's own privileges: see evaluate() in firefox-connection.ts.
// https://searchfox.org/ has the code that they call. They cannot use anything from outside.

/** Tells the address of an extension's folder in this profile: moz-extension://…/ */
export function addressOf(id) {
  return WebExtensionPolicy.getByID(id).getURL();
}

/** Tells whether an extension's background script runs. */
export function backgroundRuns(id) {
  return WebExtensionPolicy.getByID(id).extension.backgroundState === "running";
}

/** Waits until an extension's background script has stopped. */
export function backgroundStops(id) {
  return new Promise((resolve) => {
    const { extension } = WebExtensionPolicy.getByID(id);
    if (extension.backgroundState === "stopped") resolve();
    extension.once("shutdown-background-script", resolve);
  });
}

/** Ends a background script: as Firefox does, or, if it is persistent, as a crash does, after which it starts again. */
export async function endBackground(id) {
  const { extension } = WebExtensionPolicy.getByID(id);
  if (!extension.persistentBackground) {
    return extension.terminateBackground({ ignoreDevToolsAttached: true });
  }
  const started = new Promise((resolve) => extension.once("background-script-started", resolve));
  const [background] = extension.views;
  if (!background) throw new Error("The extension has no background script that runs.");
  Cc["@mozilla.org/processtools-service;1"]
    .getService(Ci.nsIProcessToolsService)
    .kill(background.xulBrowser.browsingContext.currentWindowGlobal.domProcess.osPid);
  await started;
}

/** Reloads an extension, and its icon. Returns the reasons why Firefox refuses the files, if it does. */
export async function reload(id) {
  Cc["@mozilla.org/image/tools;1"]
    .getService(Ci.imgITools)
    .getImgCacheForDocument(null)
    .clearCache(false);
  const extension = await AddonManager.getAddonByID(id);
  return extension.reload().then(
    () => undefined,
    (error) => [error.message, ...(error.additionalErrors ?? [])],
  );
}

/** Turns an extension off and on, as the switch in about:addons does. */
export async function restart(id) {
  const extension = await AddonManager.getAddonByID(id);
  await extension.disable();
  await extension.enable();
}

/** Clicks the middle of an extension's toolbar button with the mouse, in the window used last. */
export async function clickBrowserAction(id) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  const buttonId = `${id.toLowerCase().replace(/[^a-z0-9_-]/g, "_")}-browser-action`;
  const find = () => window.document.getElementById(buttonId);
  // The button of an extension that has just started appears a little later.
  for (let frames = 0; !find() && frames < 300; frames++) {
    await new Promise((resolve) => window.requestAnimationFrame(resolve));
  }
  const { x, y, width, height } = find()?.getBoundingClientRect() ?? {};
  if (!width) {
    throw new Error(
      'The extension has no button in the toolbar. Its manifest needs an action with "default_area": "navbar".',
    );
  }
  for (const type of ["mousedown", "mouseup"]) {
    const at = [type, x + width / 2, y + height / 2];
    // Firefox 140 has the former, Firefox 153 the latter.
    if (window.windowUtils.sendMouseEvent) window.windowUtils.sendMouseEvent(...at, 0, 1, 0);
    else window.synthesizeMouseEvent(...at, { button: 0, clickCount: 1 });
  }
}

/** Opens a page of an extension in a new tab. WebDriver BiDi refuses such addresses. */
export function openPage(id, file) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  window.openTrustedLinkIn(WebExtensionPolicy.getByID(id).getURL(file), "tab");
}

/** Closes the current tab. All that the page sends on its way out is sent when this is done. */
export function closeTabInView() {
  return new Promise((resolve) => {
    const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
    const { innerWindowId } = gBrowser.selectedBrowser.browsingContext.currentWindowGlobal;
    Services.obs.addObserver(function observe(page) {
      if (page.innerWindowId !== innerWindowId) return;
      Services.obs.removeObserver(observe, "window-global-destroyed");
      resolve();
    }, "window-global-destroyed");
    gBrowser.removeCurrentTab();
  });
}

/**
 * Puts the Browser Console beside the page, without the warning that Firefox's add-on manager logs at each
 * reload, and closes the console with the page.
 */
export async function showBrowserConsole() {
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
  const { availLeft: left, availTop: top, availWidth, availHeight: height } = pageWindow.screen;
  const width = availWidth / 2;
  pageWindow.moveTo(left, top);
  pageWindow.resizeTo(width, height);
  consoleWindow.moveTo(left + width, top);
  consoleWindow.resizeTo(width, height);
  pageWindow.addEventListener("unload", () => consoleWindow.close());
}
