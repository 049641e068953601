import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../project.ts";

/** The scripts that an extension measures: none but the benchmark's own, or those of MDN's example or this example. */
export type Example = "alone" | "documented" | "ours";

/**
 * Writes an extension that consists of the measured scripts and the benchmark's own scripts. It runs in the
 * page whose path is the example's name, so a browser can have the extensions of all examples. Its manifest
 * has version 3, so both browsers load it.
 *
 * @param example - which scripts to measure
 * @param parent - where the extension's folder is made
 * @returns the extension's folder
 * @throws when the measured scripts are not built
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/manifest.json/background}
 */
export function writeExtension(example: Example, parent: string): string {
  const folder = path.join(parent, example);
  mkdirSync(folder, { recursive: true });
  const measured = {
    alone: undefined,
    documented: path.join(root, "docs/documented-example"),
    ours: path.join(root, "mv3/dist"),
  }[example];
  const ownScripts = { "content-script.js": "content.js", "background-script.js": "background.js" };
  for (const [script, ownScript] of Object.entries(ownScripts)) {
    const code = measured ? readFileSync(path.join(measured, script), "utf8") : "";
    const ownCode = readFileSync(path.join(import.meta.dirname, ownScript), "utf8");
    // Manifest version 3 has renamed the API that MDN's example uses.
    const renamed = code.replaceAll("browser.browserAction", "browser.action");
    writeFileSync(path.join(folder, script), `${renamed}\n${ownCode}`);
  }
  const manifest = {
    manifest_version: 3,
    name: `Benchmark: ${example}`,
    version: "1.0.0",
    browser_specific_settings: { gecko: { id: `${example}@benchmark.example` } },
    background: { service_worker: "background-script.js", scripts: ["background-script.js"] },
    action: {},
    content_scripts: [{ matches: [`http://127.0.0.1/${example}`], js: ["content-script.js"] }],
  };
  writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}
