// Where the parts of the project are, and what its manifests say.
import { readFileSync } from "node:fs";
import path from "node:path";

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
}

const mv3 = path.join(root, "mv3");

/**
 * What the start commands run, what `npm test` tests, and what `npm run package` packs. A target that is
 * deleted here is no longer tested or packed, and its start command in package.json has nothing to run.
 */
export const targets = {
  firefox: { name: "Firefox", browser: "firefox", manifestVersion: 2, folder: root },
  mv3: {
    name: "Firefox with manifest version 3",
    browser: "firefox",
    manifestVersion: 3,
    folder: mv3,
  },
  chromium: { name: "Chromium", browser: "chromium", manifestVersion: 3, folder: mv3 },
} satisfies Record<string, Target>;

/** The folders that hold a manifest.json: there is one package for each. */
export const folders = [...new Set(Object.values(targets).map(({ folder }) => folder))];

/** The path of a folder's manifest, as messages name it. */
export const manifestOf = (folder: string) => path.relative("", path.join(folder, "manifest.json"));

/**
 * Reads a manifest, which may have comments that begin with `//`.
 *
 * @param folder - the folder that holds the manifest.json
 * @throws when the manifest is no object, or not valid JSON; the message then names the line, and what is wrong
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json}
 */
export function readManifest(folder: string): browser._manifest.WebExtensionManifest {
  const file = manifestOf(folder);
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const json = text.replace(/("(?:\\.|[^"\\])*")|\/\/.*/g, "$1");
  if (!/^\s*\{/.test(json)) throw new Error(`${file} is no object: a manifest begins with {.`);
  try {
    return JSON.parse(json);
  } catch (error) {
    const [reason = "", position] = (error as Error).message.split(/ in JSON at position /);
    // Node.js 20 does not name the line.
    const line = json.slice(0, Number.parseInt(position ?? "", 10)).split("\n").length;
    throw new Error(`${position ? `Line ${line} of ${file}` : file} is not valid JSON: ${reason}`);
  }
}

/**
 * Tells which versions of a browser a manifest supports.
 *
 * @param target - the browser, and the folder of the manifest
 * @returns the oldest major version, or 0 if the manifest does not say
 * @throws as {@link readManifest} does
 */
export function oldestVersion({ browser, folder }: Target): number {
  const { browser_specific_settings, minimum_chrome_version } = readManifest(folder);
  const oldest = {
    firefox: browser_specific_settings?.gecko?.strict_min_version,
    chromium: minimum_chrome_version,
  };
  return Number.parseInt(oldest[browser] ?? "0", 10);
}
