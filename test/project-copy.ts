// Copies to break and to mend. They are in the folder that scripts/test.ts deletes when the tests end.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { developmentManifest, filesOf } from "../scripts/extension-files.ts";
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
  content_scripts: [{ js: string[]; matches: string[]; all_frames?: boolean }];
  browser_specific_settings: { gecko: { id: string } };
}

/**
 * Copies an extension, which then also runs in the pages of the tests.
 *
 * @param from - the folder that holds its manifest.json
 * @param change - changes the manifest
 * @returns the folder of the copy
 * @throws when a file that the manifest names is not there
 */
export function copyExtension(from: string, change: (manifest: Manifest) => void = () => {}) {
  const folder = emptyFolder();
  for (const file of filesOf(from)) cpSync(path.join(from, file), path.join(folder, file));
  const manifest = JSON.parse(developmentManifest(from));
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

/**
 * Makes the changes of a diff, which names each file after `+++`, and has `@@` between two places.
 *
 * @param project - the folder in which the files are
 * @param diff - the lines that it leaves have to be there once
 * @throws when a file does not contain the lines that are changed, or contains them twice
 */
export function changeFiles(project: string, diff: string) {
  const [, ...parts] = diff.split(/^\+{3} (.*)\n/m);
  for (let i = 0; i < parts.length; i += 2) {
    const file = path.join(project, parts[i] ?? "");
    for (const change of parts[i + 1]?.split(/^@@\n/m) ?? []) {
      const from = change.replace(/^\+.*\n/gm, "").replace(/^[ -]/gm, "");
      const to = change.replace(/^-.*\n/gm, "").replace(/^[ +]/gm, "");
      if (existsSync(file)) edit(file, from, to);
      else writeFileSync(file, to);
    }
  }
}
