// Where the parts of the project are, and what its manifests ask for.
import { readFileSync } from "node:fs";
import path from "node:path";
import parseJson from "parse-json";
import stripJsonComments from "strip-json-comments";
import type mv2 from "../manifest.json";
import type mv3 from "../mv3/manifest.json";

/** The folder of the project. */
export const root = path.join(import.meta.dirname, "..");

/** A browser, and the extension that is loaded in it. */
export interface Target {
  /** How messages and tests call it. */
  name: string;
  browser: "firefox" | "chromium";
  manifestVersion: 2 | 3;
  /** The folder that holds the manifest.json. */
  folder: string;
  /** The oldest major version that the manifest supports. */
  readonly oldest: string;
}

const inMv3 = { manifestVersion: 3, folder: path.join(root, "mv3") } as const;

/** What `npm start`, `npm run start:mv3` and `npm run start:chromium` run. */
export const targets = {
  firefox: withOldest({ name: "Firefox", browser: "firefox", manifestVersion: 2, folder: root }),
  mv3: withOldest({ ...inMv3, name: "Firefox with manifest version 3", browser: "firefox" }),
  chromium: withOldest({ ...inMv3, name: "Chromium", browser: "chromium" }),
} satisfies Record<string, Target>;

/** Reads the manifest only when it is needed: a command can then say what is wrong with it. */
function withOldest(target: Omit<Target, "oldest">): Target {
  return {
    ...target,
    get oldest() {
      const { minimum_chrome_version, browser_specific_settings } = readManifest(target.folder);
      if (target.browser === "chromium") return minimum_chrome_version;
      // A broken manifest may have none.
      return browser_specific_settings?.gecko?.strict_min_version?.replace(/\..*/, "");
    },
  };
}

/** The path of a folder's manifest, as messages name it. */
export const manifestOf = (folder: string) => path.relative("", path.join(folder, "manifest.json"));

/**
 * Reads a manifest, which may have comments.
 *
 * @param folder - where the manifest.json is
 * @returns what it says
 * @throws when it is no JSON; the message shows the line, and says what was expected there
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json}
 */
export function readManifest(folder: string): typeof mv2 & typeof mv3 {
  const file = manifestOf(folder);
  const manifest: unknown = parseJson(stripJsonComments(readFileSync(file, "utf8")), file);
  return manifest as typeof mv2 & typeof mv3;
}
