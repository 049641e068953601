// Access to sites, which users grant and revoke in the settings of their browser.
import type { FirefoxExtension } from "../scripts/browsers/firefox.ts";
import { readManifest } from "../scripts/project.ts";
import type { Run } from "./in-browsers.ts";

/**
 * Revokes the access to all sites. In Firefox, the user then grants access whenever the extension asks.
 *
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/permissions}
 */
export async function revokeAccess(run: Run) {
  if (run.target.browser === "chromium") return setAccessInChromium(run, "ON_CLICK");
  const { id } = readManifest(run.target.folder).browser_specific_settings.gecko;
  await (run.extension as unknown as FirefoxExtension).evaluate((id) => {
    Services.prefs.setBoolPref("extensions.webextOptionalPermissionPrompts", false);
    const { ExtensionPermissions } = ChromeUtils.importESModule(
      "resource://gre/modules/ExtensionPermissions.sys.mjs",
    );
    const sites = { permissions: [], origins: ["<all_urls>"] };
    return ExtensionPermissions.remove(id, sites, WebExtensionPolicy.getByID(id).extension);
  }, id);
}

/** Grants the access to all sites, in the settings of Chromium. */
export const grantAccess = (run: Run) => setAccessInChromium(run, "ON_ALL_SITES");

async function setAccessInChromium({ browser }: Run, hostAccess: "ON_CLICK" | "ON_ALL_SITES") {
  const settings = await browser.newPage();
  await settings.goto("chrome://extensions");
  await settings.evaluate(async (hostAccess) => {
    const { developerPrivate } = (globalThis as unknown as Settings).chrome;
    for (const { id, permissions } of await developerPrivate.getExtensionsInfo()) {
      if (!permissions.runtimeHostPermissions) continue;
      await developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess });
    }
  }, hostAccess);
  await settings.close();
}

/** What the settings of Chromium's extensions call. */
interface Settings {
  chrome: {
    developerPrivate: {
      getExtensionsInfo(): Promise<
        { id: string; permissions: { runtimeHostPermissions?: object } }[]
      >;
      updateExtensionConfiguration(update: {
        extensionId: string;
        hostAccess: string;
      }): Promise<void>;
    };
  };
}
