import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** For a browser's profile. Without it, Chromium runs, but shows no page, and does not say why. */
const neededBytes = 50_000_000;

/**
 * Makes a folder for the temporary files of this process and of all programs that it starts: TMPDIR names the
 * folder from then on. The folder is deleted when this process ends.
 *
 * @param parent - where the folder is made; by default, where the system keeps temporary files
 * @returns the folder's path, which is short: Chromium puts a socket there, whose path may have about 100
 *   characters
 * @throws when the folder cannot be made; the message says what to do
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/os.html#ostmpdir}
 */
export function useTemporaryFolder(parent = tmpdir()): string {
  const folder = makeFolder(parent);
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  process.on("exit", () => {
    // A browser that was just ended may write for a moment more, so one try may not be enough.
    for (let tries = 1; ; tries++) {
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 1 });
        return;
      } catch (error) {
        if (tries === 20) return console.error((error as Error).message);
      }
    }
  });
  return folder;
}

function makeFolder(parent: string) {
  try {
    const { bavail, bsize } = statfsSync(parent);
    if (bavail * bsize < neededBytes) throw new Error(`the disk of ${parent} is almost full`);
    return mkdtempSync(path.resolve(parent, "port-"));
  } catch (error) {
    throw new Error(
      `Temporary files cannot be written: ${(error as Error).message}\n` +
        "Set the environment variable TMPDIR to a folder that you can write to, and run the command again.",
    );
  }
}
