// Copies to break and to mend. They are in a folder that is deleted when the tests of the file end.
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../scripts/project.ts";

// Short names, since Chromium puts a socket in such a folder, whose path may have some 100 characters.
const temporaryFolder = mkdtempSync(path.join(tmpdir(), "t-"));
process.on("exit", () => rmSync(temporaryFolder, { recursive: true, maxRetries: 10 }));

function copy(parts: string[], from: string) {
  const folder = mkdtempSync(path.join(temporaryFolder, "copy-"));
  for (const part of parts)
    cpSync(path.join(from, part), path.join(folder, part), { recursive: true });
  return folder;
}

/**
 * Copies the project.
 *
 * @returns the folder of the copy
 * @throws when the disk is full, or the like
 */
export function copyProject() {
  const folder = copy(
    [
      ...["icons", "manifest.json", "mv3", "package.json", "scripts", "src"],
      ...["tsconfig.json", "webpack.config.js"],
    ],
    root,
  );
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}

/** A manifest.json, as far as the tests change it. */
export interface Manifest {
  manifest_version: number;
  background: { scripts?: string[]; service_worker?: string };
  browser_action?: object;
  action?: object;
  content_scripts: [{ js: string[] }];
}

/**
 * Copies an extension, with another manifest.
 *
 * @param from - the folder that holds its manifest.json
 * @param parts - the files and folders that are copied beside it
 * @param change - changes the manifest
 * @returns the folder of the copy
 * @throws when one of the parts is not there
 */
export function copyExtension(from: string, parts: string[], change: (manifest: Manifest) => void) {
  const folder = copy(parts, from);
  const manifest = JSON.parse(readFileSync(path.join(from, "manifest.json"), "utf8"));
  change(manifest);
  writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

/**
 * Replaces text in a file.
 *
 * @param file - its path
 * @param from - what is there, once
 * @param to - what is there afterwards
 * @throws when the file does not contain the text once
 */
export function edit(file: string, from: string, to: string) {
  const parts = readFileSync(file, "utf8").split(from);
  if (parts.length !== 2) throw new Error(`${file} does not contain this once: ${from}`);
  // As editors do it, so that nobody reads half a file.
  writeFileSync(`${file}.edited`, parts.join(to));
  renameSync(`${file}.edited`, file);
}

/** Makes an empty folder. */
export function emptyFolder() {
  return mkdtempSync(path.join(temporaryFolder, "e-"));
}
