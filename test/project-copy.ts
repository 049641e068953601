// Copies to break and to mend. They are in the folder that scripts/test.ts deletes when the tests end.
import { cpSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../scripts/project.ts";

/** Makes an empty folder. Its name is short, because the path of a socket in it has about 100 characters. */
export const emptyFolder = () => mkdtempSync(path.join(tmpdir(), "t-"));

const notCopied = /^(node_modules|dist|web-ext-artifacts|\.cache|\.git)$/;

/**
 * Copies the project without what is built, and without its packages, to which it links.
 *
 * @param name - what the folder of the copy is called
 * @returns the path of that folder
 * @throws when the disk is full, or the like
 */
export function copyProject(name = "project") {
  const folder = path.join(emptyFolder(), name);
  const filter = (file: string) => !notCopied.test(path.basename(file));
  cpSync(root, folder, { recursive: true, filter });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}

/** A manifest.json, as far as the tests change it. */
export interface Manifest {
  manifest_version: number;
  background: { scripts?: string[]; service_worker?: string };
  browser_action?: object;
  action?: object;
  content_scripts: [{ js: string[]; all_frames?: boolean }];
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
  const folder = emptyFolder();
  for (const part of parts)
    cpSync(path.join(from, part), path.join(folder, part), { recursive: true });
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
