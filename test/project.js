import { cp, mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./firefox.js";

/**
 * Copies the project, so that it can be broken and mended.
 *
 * @returns the new folder, to be deleted afterwards, and that of the copy in it
 * @throws when the disk is full, or the like
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/fs.html#fspromisescpsrc-dest-options}
 */
export async function copyProject() {
  const folder = await mkdtemp(path.join(tmpdir(), "port-from-cs-"));
  const project = path.join(folder, "project");
  for (const part of [
    ...["chromium", "icons", "manifest.json", "package.json", "scripts", "src"],
    ...["tsconfig.json", "webpack.config.js"],
  ]) {
    await cp(path.join(root, part), path.join(project, part), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(project, "node_modules"), "junction");
  // Whatever a command leaves behind is found here.
  await mkdir(path.join(folder, "tmp"));
  return { folder, project };
}
