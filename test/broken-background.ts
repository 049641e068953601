import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ConsoleLines } from "./console-lines.ts";
import type { Run } from "./in-browsers.ts";

/**
 * Installs a copy of an extension, whose background script fails when it starts.
 *
 * @param run - what the test runs with; its own extension stays installed
 * @param copy - the folder of the copy
 * @returns the extension, its lines, and how to load the script as it was before
 * @throws when the script is not built
 */
export async function installBroken(run: Run, copy: string) {
  const script = path.join(copy, "dist/background-script.js");
  const built = readFileSync(script, "utf8");
  writeFileSync(script, 'throw "broken"');
  const lines = new ConsoleLines();
  const extension = await run.browser.install(copy);
  await extension.watch(lines.add);
  async function mend() {
    writeFileSync(script, built);
    await extension.reload();
    await extension.backgroundStarts();
  }
  return { extension, lines, mend };
}
