// How the extension is run in Chromium: the page's DevTools show the content script's lines, and those of
// the service worker its background script's. Nothing here attaches to the service worker, since
// that would keep it from stopping.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds the manifest.json for Chromium. */
export const folder = fileURLToPath(new URL("../chromium", import.meta.url));

/** What the manifest asks for. */
export const version = "Chromium 148";

/**
 * What web-ext is told.
 *
 * @param {string} chromium - the program
 * @param {string} _url - the page to open
 * @param {boolean} headless - whether there is no display
 * @throws when there is no display
 * @see {@link https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run}
 */
export function options(chromium, _url, headless) {
  if (headless) {
    throw new Error(
      "There is no display, and Chromium shows the lines in its windows alone.\n" +
        "Run npm start, which prints them, or npm test, which reads them in Chromium too.",
    );
  }
  // web-ext would leave its own behind.
  const profile = mkdtempSync(path.join(tmpdir(), "port-from-cs-"));
  process.on("exit", () => rmSync(profile, { recursive: true, maxRetries: 10 }));
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
 * @param {string} url - the page to open
 * @returns how to load the extension's files again, start it anew, and then the pages
 * @see {@link https://chromedevtools.github.io/devtools-protocol/}
 */
export async function attach(runner, url) {
  const { cdp } = runner.extensionRunners[0];

  async function inPages(method, parameters, isMeant = (_url) => true) {
    const filter = [{ type: "page" }];
    const { targetInfos } = await cdp.sendCommand("Target.getTargets", { filter });
    for (const { targetId, url: at } of targetInfos) {
      if (!isMeant(at)) continue;
      const { sessionId } = await cdp.sendCommand("Target.attachToTarget", {
        targetId,
        flatten: true,
      });
      await cdp.sendCommand(method, parameters, sessionId);
      await cdp.sendCommand("Target.detachFromTarget", { sessionId });
    }
  }

  await inPages("Page.navigate", { url });
  console.log("Click the page, then the button behind the puzzle icon in the toolbar.");
  return async () => {
    await cdp.sendCommand("Extensions.loadUnpacked", { path: folder });
    await inPages("Page.reload", {}, (at) => at.startsWith("http"));
  };
}
