// How the extension is run in Chromium: the page's DevTools show the content script's lines, and those of
// the service worker its background script's. Nothing here attaches to the service worker, since
// that would keep it from stopping.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Protocol } from "puppeteer-core";
import type { BrowserOptions, Runner } from "web-ext";
import { targets } from "./project.ts";

/**
 * What web-ext is told.
 *
 * @param chromium - the program
 * @param _url - the page to open
 * @param headless - whether there is no display
 * @returns the options
 * @throws when there is no display, or the program is no Chromium
 * @see {@link https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run}
 */
export function options(chromium: string, _url: string, headless: boolean): BrowserOptions {
  // web-ext would wait for ever for an answer. In Windows, Chromium would open a window.
  const answers = () => /\d+(\.\d+){3}/.test(String(spawnSync(chromium, ["--version"]).stdout));
  if (process.platform !== "win32" && !answers()) {
    throw new Error(`${chromium} is no Chromium. Set CHROMIUM to the path of one.`);
  }
  if (headless) {
    throw new Error(
      "There is no display, and Chromium shows the lines in its windows alone.\n" +
        "Run npm start, which prints them, or npm test, which reads them in Chromium too.",
    );
  }
  // web-ext would leave its own behind, and Chromium, which web-ext kills, a folder beside it.
  const profile = mkdtempSync(path.join(tmpdir(), "port-from-cs-"));
  process.env.TMPDIR = profile;
  process.on("exit", () => {
    try {
      rmSync(profile, { recursive: true, maxRetries: 3 });
    } catch {
      // Chromium is still ending. The system deletes what is in its folder for such files.
    }
  });
  return {
    target: ["chromium"],
    chromiumProfile: profile,
    keepProfileChanges: true,
    chromiumBinary: chromium,
    args: [
      "--auto-open-devtools-for-tabs",
      // Chromium does not start with a sandbox when root starts it.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
    chromiumPref: { "devtools.preferences.panel-selected-tab": '"console"' },
  };
}

/**
 * Opens the page, now that the extension is there: in pages that are open, Chromium runs no content script.
 *
 * @param runner - web-ext's hold on the running Chromium
 * @param url - the page to open
 * @returns how to load the extension's files again, start it anew, and then the pages
 * @throws when Chromium has ended
 * @see {@link https://chromedevtools.github.io/devtools-protocol/}
 */
export async function attach(runner: Runner, url: string) {
  const { cdp } = runner.extensionRunners[0];

  async function inPage(targetId: string, method: string, parameters = {}) {
    const { sessionId } = await cdp.sendCommand("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    await cdp.sendCommand(method, parameters, sessionId);
    await cdp.sendCommand("Target.detachFromTarget", { sessionId });
  }
  async function pages(): Promise<Protocol.Target.TargetInfo[]> {
    const filter = [{ type: "page" }];
    return (await cdp.sendCommand("Target.getTargets", { filter })).targetInfos;
  }

  for (const { targetId } of await pages()) await inPage(targetId, "Page.navigate", { url });
  console.log("Click the page, then the button behind the puzzle icon in the toolbar.");
  return async () => {
    await cdp.sendCommand("Extensions.loadUnpacked", { path: targets.chromium.folder });
    for (const { targetId, url: at } of await pages()) {
      if (at.startsWith("http")) await inPage(targetId, "Page.reload");
    }
  };
}
