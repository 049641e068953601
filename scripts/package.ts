// npm run package: makes one zip file for each manifest, after npm run build has built the scripts. The
// manifest decides what is in it.
import { rmSync } from "node:fs";
import path from "node:path";
import webExt from "web-ext";
import { consoleStream } from "web-ext/util/logger";
import { checkZip, copyFiles, filesOf, stringsIn } from "./extension-files.ts";
import { folders, manifestOf, readManifest, root } from "./project.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const development = /(^|\s)(\*|https?|wss?):\/\/(localhost|127\.0\.0\.1)([:/\s]|$)/;
const copies = useTemporaryFolder();
// web-ext names the folder of the copy, which nobody needs.
consoleStream.startCapturing();

try {
  for (const folder of folders) await makePackage(folder);
  console.log(
    "\nNext, upload a zip file to the site that publishes your extension, such as\n" +
      "https://addons.mozilla.org/developers/ or https://chrome.google.com/webstore/devconsole/.",
  );
} catch (error) {
  console.error(`\n${(error as Error).message}\n\nFix this, and run the command again.`);
  process.exitCode = 1;
}

/** Packs a copy of the extension's files, because web-ext packs all files of a folder that it does not know. */
async function makePackage(folder: string) {
  const pattern = stringsIn(readManifest(folder)).find((text) => development.test(text));
  if (pattern) {
    throw new Error(
      `${manifestOf(folder)} contains ${pattern}, which is for development only: users would have to grant access to this address.`,
    );
  }
  const files = filesOf(folder);
  const name = path.relative(root, folder);
  const sourceDir = path.join(copies, name, "package");
  copyFiles(files, folder, sourceDir);
  const { extensionPath } = await webExt.cmd.build(
    {
      sourceDir,
      artifactsDir: path.join(root, "web-ext-artifacts"),
      filename: ["{name}", ...(name ? [name] : []), "{version}.zip"].join("-"),
      overwriteDest: true,
    },
    { showReadyMessage: false },
  );
  try {
    await checkZip(extensionPath, files);
  } catch (error) {
    rmSync(extensionPath);
    throw error;
  }
  console.log(`\n${path.relative("", extensionPath)} contains:\n  ${files.sort().join("\n  ")}`);
}
