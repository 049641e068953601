// How the extension is run in Chromium. Its log has the lines of both scripts, and the page's DevTools show
// the content script's. Nothing here attaches to the service worker, since that would keep it from stopping.
import path from "node:path";
import type { Protocol } from "puppeteer-core";
import type { BrowserOptions, Runner } from "web-ext";
import { followLog } from "./browsers/chromium-log.ts";
import type { AttachOptions, StartedExtension } from "./browsers/driver.ts";
import { targets } from "./project.ts";

export const whereToClick =
  "Click the page, and then the blue speech bubble behind the puzzle icon in the toolbar.";

/**
 * What web-ext is told.
 *
 * @param chromium - the program
 * @param headless - whether there is no display
 * @param folder - for the profile, and for what web-ext's launcher writes
 * @returns the options
 * @see {@link https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run}
 */
export function options(chromium: string, headless: boolean, folder: string): BrowserOptions {
  return {
    target: ["chromium"],
    // Without these, web-ext leaves a profile behind.
    chromiumProfile: folder,
    keepProfileChanges: true,
    chromiumBinary: chromium,
    args: [
      "--enable-logging=stderr",
      headless ? "--headless=new" : "--auto-open-devtools-for-tabs",
      // Chromium does not start with a sandbox when root starts it.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
    chromiumPref: {
      "devtools.preferences.panel-selected-tab": '"console"',
      // DevTools read no source maps of scripts that they skip.
      "devtools.preferences.skip-content-scripts": "false",
    },
  };
}

/**
 * Reports the lines of both scripts, and opens the page, now that the extension is there: in pages that are
 * open, Chromium runs no content script.
 *
 * @param runner - web-ext's hold on the running Chromium
 * @param options - the page, and who is told
 * @throws when Chromium has ended
 * @see {@link https://chromedevtools.github.io/devtools-protocol/}
 */
export async function attach(
  runner: Runner,
  { url, folder, onLine }: AttachOptions,
): Promise<StartedExtension> {
  const { cdp } = runner.extensionRunners[0];

  async function inPage(targetId: string, ...commands: [method: string, parameters?: object][]) {
    const { sessionId } = await cdp.sendCommand("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    for (const [method, parameters = {}] of commands) {
      await cdp.sendCommand(method, parameters, sessionId);
    }
    await cdp.sendCommand("Target.detachFromTarget", { sessionId });
  }
  async function tabs(type: "page" | "tab"): Promise<Protocol.Target.TargetInfo[]> {
    const { targetInfos } = await cdp.sendCommand("Target.getTargets", { filter: [{ type }] });
    return targetInfos;
  }
  async function demo(type: "page" | "tab") {
    const found = (await tabs(type)).find(({ url: at }) => at.startsWith(url));
    if (!found)
      throw new Error("The demo page is no longer open. Press Ctrl-C, and run the command again.");
    return found.targetId;
  }

  const { extensions } = await cdp.sendCommand("Extensions.getExtensions", {});
  const [{ id }] = extensions;
  // web-ext's launcher puts it there.
  await followLog(path.join(folder, "chrome-err.log"), id, onLine);
  for (const { targetId } of await tabs("page")) await inPage(targetId, ["Page.navigate", { url }]);
  return {
    async reload() {
      await cdp.sendCommand("Extensions.loadUnpacked", { path: targets.chromium.folder });
      for (const { targetId, url: at } of await tabs("page")) {
        if (at.startsWith("http")) await inPage(targetId, ["Page.reload"]);
      }
    },
    async clickPage() {
      const at = { x: 200, y: 200, button: "left", clickCount: 1 };
      await inPage(
        await demo("page"),
        ["Input.dispatchMouseEvent", { type: "mousePressed", ...at }],
        ["Input.dispatchMouseEvent", { type: "mouseReleased", ...at }],
      );
    },
    async clickBrowserAction() {
      await cdp.sendCommand("Extensions.triggerAction", { id, targetId: await demo("tab") });
    },
  };
}
