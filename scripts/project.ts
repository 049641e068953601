// Where the parts of the project are, and what its manifests ask for.
import path from "node:path";
import chromiumManifest from "../chromium/manifest.json" with { type: "json" };
import firefoxManifest from "../manifest.json" with { type: "json" };

/** The folder of the project. */
export const root = path.join(import.meta.dirname, "..");

/** A browser, and the folder with the manifest.json that is loaded in it. */
export interface Target {
  /** How messages and tests call it. */
  name: string;
  browser: "firefox" | "chromium";
  folder: string;
  /** The oldest major version that the manifest admits. */
  oldest: string;
}

/** What the extension is built for, by the names that webpack.config.js uses. */
export const targets = {
  firefox: {
    name: "Firefox",
    browser: "firefox",
    folder: root,
    oldest: firefoxManifest.browser_specific_settings.gecko.strict_min_version.replace(/\..*/, ""),
  },
  chromium: {
    name: "Chromium",
    browser: "chromium",
    folder: path.join(root, "chromium"),
    oldest: chromiumManifest.minimum_chrome_version,
  },
} satisfies Record<string, Target>;

/** The extension's id in Firefox. */
export const extensionId = firefoxManifest.browser_specific_settings.gecko.id;
