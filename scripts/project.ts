// Where the parts of the project are, and what its manifests ask for.
import path from "node:path";
import mv2 from "../manifest.json" with { type: "json" };
import mv3 from "../mv3/manifest.json" with { type: "json" };

/** The folder of the project. */
export const root = path.join(import.meta.dirname, "..");

/** A browser, and the extension that is loaded in it. */
export interface Target {
  /** How messages and tests call it. */
  name: string;
  browser: "firefox" | "chromium";
  /** The configuration in webpack.config.js. */
  config: "mv2" | "mv3";
  /** The folder that holds the manifest.json. */
  folder: string;
  /** The oldest major version that the manifest admits. */
  oldest: string;
}

const { gecko } = mv2.browser_specific_settings;

/** The extension's id in Firefox. */
export const extensionId = gecko.id;

const firefox = {
  name: "Firefox",
  browser: "firefox",
  config: "mv2",
  folder: root,
  oldest: gecko.strict_min_version.replace(/\..*/, ""),
} satisfies Target;

const inMv3 = { config: "mv3", folder: path.join(root, "mv3") } as const;

/** What `npm start`, `npm run start:mv3` and `npm run start:chromium` run. */
export const targets = {
  firefox,
  mv3: { ...firefox, ...inMv3, name: "Firefox with manifest version 3" },
  chromium: { ...inMv3, name: "Chromium", browser: "chromium", oldest: mv3.minimum_chrome_version },
} satisfies Record<string, Target>;
