import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Makes a folder for the temporary files of this process, and of all that this process starts. The folder is
 * deleted when this process ends.
 *
 * @returns the folder's path, which is short: Chromium puts a socket there, whose path may have some 100
 *   characters
 * @throws when the disk is full, or the like
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/os.html#ostmpdir}
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "port-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  process.on("exit", () => {
    // A browser that has just been ended may write for a moment more, so one try may not be enough.
    for (let tries = 0; tries < 20; tries++) {
      try {
        rmSync(folder, { recursive: true, maxRetries: 1 });
        return;
      } catch (error) {
        if (tries === 19) console.error((error as Error).message);
      }
    }
  });
  return folder;
}
