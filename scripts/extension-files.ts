// Which files an extension consists of: the start commands run them, and npm run package packs them.
import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { manifestOf, readManifest } from "./project.ts";

/**
 * Lists the files that a manifest names, and those that its pages, such as a popup, name in turn.
 *
 * @param folder - where the manifest.json is
 * @returns their paths in the folder
 * @throws when the manifest is no JSON, or names a file that is not there, since Firefox does not say which
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json}
 */
export function filesOf(folder: string): string[] {
  const files = new Set(["manifest.json", ...stringsIn(readManifest(folder)).filter(isFile)]);
  const missing = [...files].filter((file) => !existsSync(path.join(folder, file)));
  if (missing.length > 0) {
    throw new Error(
      `${manifestOf(folder)} names a file that does not exist: ${missing.join(", ")}`,
    );
  }
  for (const page of files) {
    if (!page.endsWith(".html")) continue;
    const html = readFileSync(path.join(folder, page), "utf8");
    for (const [, named = ""] of html.matchAll(/ (?:src|href)="([^":#]+)"/g)) {
      files.add(path.posix.join(path.posix.dirname(page), named));
    }
  }
  return [...files];
}

/** All texts in a value of JSON, however deep. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Object.values(value ?? {}).flatMap(stringsIn);
}

const isFile = (value: string) => /^[^\s:*]+\.(css|html|js|json|png|svg)$/.test(value);

/**
 * Copies files of an extension.
 *
 * @param files - which: their paths in the folder
 * @param folder - where they are
 * @param to - where they go; what is there already is overwritten
 * @throws when one of them is not there
 */
export function copyFiles(files: string[], folder: string, to: string) {
  for (const file of files) cpSync(path.join(folder, file), path.join(to, file));
}
