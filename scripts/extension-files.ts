// Which files an extension consists of: the start commands run them, and npm run package packs them.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { manifestOf, readManifest } from "./project.ts";

/** A text that names a file, whether or not the file exists. A name with spaces begins with a folder. */
const fileName =
  /^([^\s:*]+|[\w-]+\/[^:*]+)\.(bmp|css|gif|html?|ico|jpe?g|js|json|mjs|png|svg|wasm|webp|woff2?)$/i;

/**
 * Lists the files of an extension: the manifest, the files that it names, the files that its pages and style
 * sheets name in turn, such as the script of a popup, and the translations in `_locales`.
 *
 * @param folder - the folder that holds the manifest.json
 * @param built - the scripts that a build has made elsewhere, which then count instead of those in dist/
 * @returns the paths of the files in the folder
 * @throws when the manifest is not valid, names files by a pattern, or names a file that does not exist, whose
 *   path is then the error's `file`
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json}
 */
export function filesOf(folder: string, built?: string[]): string[] {
  const manifest = readManifest(folder);
  const accessible = manifest.web_accessible_resources ?? [];
  if (!Array.isArray(accessible)) {
    throw new Error(`${manifestOf(folder)} has web_accessible_resources that are not a list.`);
  }
  const resources = stringsIn(accessible.map(withoutSites));
  const pattern = resources.find((resource) => resource.includes("*"));
  if (pattern) {
    throw new Error(
      `${manifestOf(folder)} names files by the pattern ${pattern}. Name each file instead.`,
    );
  }

  function isFile(name: string) {
    const file = path.join(folder, name);
    return existsSync(file) && statSync(file).isFile();
  }
  const files = new Set<string>();
  function add(file: string, namedBy: string) {
    if (files.has(file)) return;
    const isBuilt = /^dist\b/.test(file);
    if (!(isBuilt && built ? built.includes(file) : isFile(file))) {
      const hint = isBuilt ? "\nDoes webpack.config.js have an entry that builds this file?" : "";
      const message = `${namedBy} names a file that does not exist: ${file}${hint}`;
      throw Object.assign(new Error(message), { file });
    }
    files.add(file);
    if (!/\.(html?|css)$/.test(file)) return;
    const page = path.join(folder, file);
    for (const named of filesNamedIn(readFileSync(page, "utf8"), file)) {
      add(named, path.relative("", page));
    }
  }

  const names = stringsIn(JSON.parse(JSON.stringify(manifest, withoutTexts)))
    // A popup may be popup.html?a#b.
    .map((text) => text.replace(/[?#].*/, ""))
    .filter((text) => fileName.test(text) || isFile(text));
  for (const name of ["manifest.json", ...names, ...resources]) {
    add(path.posix.resolve("/", name).slice(1), manifestOf(folder));
  }
  if (manifest.default_locale) {
    const translation = `_locales/${manifest.default_locale}/messages.json`;
    add(translation, `The default_locale in ${manifestOf(folder)}`);
    for (const file of readdirSync(path.join(folder, "_locales"), { recursive: true })) {
      const name = `_locales/${file}`.replaceAll(path.sep, "/");
      if (name.endsWith("/messages.json")) add(name, manifestOf(folder));
    }
  }
  return [...files];
}

/**
 * Reads a manifest as it runs in development: the content scripts also run in pages on 127.0.0.1, such as the
 * demo page and the pages of the tests. `npm run package` packs the manifest as it is.
 *
 * @param folder - the folder that holds the manifest.json
 * @returns the contents of a manifest.json
 * @throws as {@link readManifest} does
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Match_patterns}
 */
export function developmentManifest(folder: string): string {
  const manifest = readManifest(folder);
  const runsThere = /^(<all_urls>|(\*|http):\/\/(\*|127\.0\.0\.1)\/)/;
  for (const script of [manifest.content_scripts ?? []].flat()) {
    // The browser says what is wrong if this is not a list.
    const matches: unknown = script?.matches;
    if (Array.isArray(matches) && !matches.some((pattern) => runsThere.test(pattern))) {
      matches.push("http://127.0.0.1/*");
    }
  }
  return JSON.stringify(manifest);
}

/** The files that a page or a style sheet names, such as scripts and images, by their paths in the extension. */
function filesNamedIn(text: string, page: string): string[] {
  const inTags = /\s(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
  const inStyles = /(?:url\(\s*|@import\s+)(?:"([^"]*)"|'([^']*)'|([^\s"')]+))/gi;
  const used = text.replace(page.endsWith(".css") ? /\/\*.*?\*\//gs : /<!--.*?-->/gs, "");
  return (
    [...used.matchAll(inTags), ...used.matchAll(inStyles)]
      .map(([, double, single, bare]) => double ?? single ?? bare ?? "")
      // What begins with a scheme, such as https: or data:, or with the name of a site, is no file of the extension.
      .filter((name) => !/^([a-z-]+:|\/\/)/i.test(name))
      .map((name) => new URL(name, `http://extension/${page}`).pathname)
      .map((pathname) => decodeURIComponent(pathname).slice(1))
      .filter(Boolean)
  );
}

/** Leaves out what users read, such as the name "Vue.js". */
const withoutTexts = (key: string, value: unknown) =>
  /^(name|short_name|description|author|(default_)?title)$/.test(key) ? undefined : value;

/** A key of manifest version 3 also names the sites that may load the files. */
const withoutSites = (entry: string | { resources: string[] }) =>
  typeof entry === "string" ? entry : entry?.resources;

/**
 * Lists all texts in a value of JSON, however deep.
 *
 * @param value - for example, what {@link readManifest} returns
 */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Object.values(value ?? {}).flatMap(stringsIn);
}
