// npm run package: makes one zip file for each manifest, after npm run build has built the scripts. The
// manifest decides what is in it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import JSZip from "jszip";
import { filesOf, stringsIn } from "./extension-files.ts";
import { folders, manifestOf, readManifest, root } from "./project.ts";

const development = /(^|\s)(\*|https?|wss?):\/\/(localhost|127\.0\.0\.1)(?![\w.-])/;
/** The first day that a zip file can name: the same files make the same zip file on every day. */
const date = new Date("1980-01-01");

try {
  for (const folder of folders) {
    refuseDevelopment(folder);
    const files = filesOf(folder).sort();
    const zip = path.join(root, "web-ext-artifacts", nameOfZip(folder));
    write(zip, await zipped(files, folder));
    console.log(`\n${path.relative("", zip)} contains:\n  ${files.join("\n  ")}`);
  }
  console.log(
    "\nNext, upload a zip file to the site that publishes your extension, such as\n" +
      "https://addons.mozilla.org/developers/ or https://chrome.google.com/webstore/devconsole/.",
  );
} catch (error) {
  console.error(`\n${(error as Error).message}\n\nFix this, and run the command again.`);
  process.exitCode = 1;
}

function refuseDevelopment(folder: string) {
  const text = stringsIn(readManifest(folder)).find((text) => development.test(text));
  if (text) {
    throw new Error(
      `${manifestOf(folder)} contains ${text}, which is for development only: this address means the computer of each user.`,
    );
  }
}

/** As `web-ext build` names its zip files, and with the folder's name. */
function nameOfZip(folder: string): string {
  const { name, version } = readManifest(folder);
  if (!name || !version) throw new Error(`${manifestOf(folder)} lacks a name or a version.`);
  const parts = [name, path.relative(root, folder), `${version}.zip`].filter(Boolean).join("-");
  return parts.toLowerCase().replace(/[^a-z0-9.-]+/g, "_");
}

/** @see {@link https://stuk.github.io/jszip/documentation/api_jszip/generate_async.html} */
function zipped(files: string[], folder: string): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const file of files) {
    const contents = readFileSync(path.join(folder, file));
    zip.file(file, contents, { date, createFolders: false });
  }
  return zip.generateAsync({ type: "uint8array", compression: "DEFLATE" });
}

/** Writes the whole file, or none. */
function write(file: string, contents: Uint8Array) {
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(file, contents);
  } catch (error) {
    rmSync(file, { force: true });
    throw new Error(`${path.relative("", file)} cannot be written: ${(error as Error).message}`);
  }
}
