// Access to sites, which users grant and revoke in the settings of their browser.
import type { FirefoxExtension } from "../scripts/browsers/firefox.ts";
import { readManifest } from "../scripts/project.ts";
import * as privileged from "./firefox-privileged.js";
import type { Run } from "./in-browsers.ts";

/**
 * Revokes the access to all sites. From then on, Firefox grants access when the extension asks for it.
 *
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/permissions}
 */
export async function revokeAccess(run: Run) {
  if (run.target.browser === "chromium") return setAccessInChromium(run, "ON_CLICK");
  const { browser_specific_settings: settings } = readManifest(run.target.folder);
  const { evaluate } = run.extension as unknown as FirefoxExtension;
  await evaluate(privileged.revokeAccess, settings?.gecko?.id ?? "");
}

/**
 * Sets on which sites Chromium runs extensions, as its settings do.
 *
 * @param hostAccess - only in a page in which the user clicks the button, or everywhere
 * @see {@link https://pptr.dev/api/puppeteer.page.evaluate}
 */
export async function setAccessInChromium(run: Run, hostAccess: "ON_CLICK" | "ON_ALL_SITES") {
  const settings = await run.browser.newPage();
  await settings.goto("chrome://extensions");
  await settings.evaluate(`(async ({ getExtensionsInfo, updateExtensionConfiguration }) => {
    for (const { id, permissions } of await getExtensionsInfo()) {
      if (!permissions.runtimeHostPermissions) continue;
      await updateExtensionConfiguration({ extensionId: id, hostAccess: "${hostAccess}" });
    }
  })(chrome.developerPrivate)`);
  await settings.close();
}
