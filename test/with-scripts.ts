// Extensions that differ from this example in what their two scripts do.
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Target } from "../scripts/project.ts";
import { copyExtension } from "./project-copy.ts";

/**
 * Makes an extension of other scripts.
 *
 * @param scripts - the code of the content script and of the background script
 * @param keys - keys of its manifest that differ from those of the target's
 * @returns the option `folder` of `inEachBrowser()`
 */
export function withScripts(
  { content = "", background = "" }: { content?: string; background?: string },
  keys: object = {},
) {
  return ({ folder }: Target) => {
    const copy = copyExtension(folder, (manifest) => {
      Object.assign(manifest, keys);
    });
    writeFileSync(path.join(copy, "dist/content-script.js"), content);
    writeFileSync(path.join(copy, "dist/background-script.js"), background);
    return copy;
  };
}
