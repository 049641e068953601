// @ts-nocheck: Firefox's own code, which these functions use, has no types.
// What tests let Firefox do, with the browser's own privileges, as in scripts/browsers/firefox-privileged.js.

/** Kills the process of the page in view. */
export function killPageInView() {
  return new Promise((resolve) => {
    const { selectedBrowser } = Services.wm.getMostRecentWindow("navigator:browser").gBrowser;
    selectedBrowser.addEventListener("oop-browser-crashed", () => resolve(), { once: true });
    Cc["@mozilla.org/processtools-service;1"]
      .getService(Ci.nsIProcessToolsService)
      .kill(selectedBrowser.browsingContext.currentWindowGlobal.domProcess.osPid);
  });
}

/** Lets all processes collect their garbage. */
export function freeMemory() {
  Services.obs.notifyObservers(null, "child-mmu-request");
}

/** Waits until the middle of the extension's button has a color. */
export async function buttonHasColor(color) {
  const { document, browsingContext, requestAnimationFrame } =
    Services.wm.getMostRecentWindow("navigator:browser");
  let found = "";
  for (let frames = 0; found !== color; frames++) {
    if (frames === 300) throw new Error(`The button's color is ${found}.`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const button = document.querySelector(".unified-extensions-item[id$=-browser-action]");
    const { x = 0, y = 0, width = 0, height = 0 } = button?.getBoundingClientRect() ?? {};
    const middle = new DOMRect(x + width / 2, y + height / 2, 1, 1);
    const snapshot = await browsingContext.currentWindowGlobal.drawSnapshot(middle, 1, "white");
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.drawImage(snapshot, 0, 0);
    found = String(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
  }
}

/** Revokes an extension's access to all sites. From then on, Firefox grants access without asking the user. */
export function revokeAccess(id) {
  Services.prefs.setBoolPref("extensions.webextOptionalPermissionPrompts", false);
  const { ExtensionPermissions } = ChromeUtils.importESModule(
    "resource://gre/modules/ExtensionPermissions.sys.mjs",
  );
  const sites = { permissions: [], origins: ["<all_urls>"] };
  return ExtensionPermissions.remove(id, sites, WebExtensionPolicy.getByID(id).extension);
}

/** Waits until the Browser Console shows as many logged lines, and tells all that it shows. */
export async function linesInBrowserConsole(count) {
  const { require } = ChromeUtils.importESModule(
    "resource://devtools/shared/loader/Loader.sys.mjs",
  );
  const { BrowserConsoleManager } = require("devtools/client/webconsole/browser-console-manager");
  const { iframeWindow } = BrowserConsoleManager.getBrowserConsole();
  let shown = [];
  for (let frames = 0; shown.length < count && frames < 300; frames++) {
    await new Promise((resolve) => iframeWindow.requestAnimationFrame(resolve));
    shown = [...iframeWindow.document.querySelectorAll(".console-api.log .message-body")];
  }
  return shown.map((line) => line.textContent);
}
