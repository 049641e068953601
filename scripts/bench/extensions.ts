// The extensions that the benchmark installs. Each has the scripts to measure and those of the benchmark, and
// runs in pages of its own: one browser can have all of them.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, type Target } from "../project.ts";

const examples = {
  /** Nothing but the benchmark's own scripts. */
  alone: undefined,
  /** The code in the documentation. */
  documented: path.join(root, "docs/documented-example"),
  /** The code of this project, as it is built. */
  ours: undefined,
};

/** What is compared. */
export type Example = keyof typeof examples;

/**
 * Makes an extension.
 *
 * @param folder - where to put it
 * @param example - whose scripts it has
 * @param target - which browser, and which version of the manifest
 * @param pages - the path that the pages it runs in begin with: `"ours"`
 * @param measures - whether the benchmark's own scripts run beside
 * @returns the folder that holds its manifest.json
 * @throws when the example is not built
 */
export function makeExtension(
  folder: string,
  example: Example,
  target: Target,
  pages: string,
  measures = true,
): string {
  const made = path.join(folder, `${target.manifestVersion}-${pages}`);
  mkdirSync(made, { recursive: true });
  const from = example === "ours" ? path.join(target.folder, "dist") : examples[example];

  function add(example: string, own: string) {
    const scripts: string[] = [];
    if (from) {
      const code = readFileSync(path.join(from, example), "utf8");
      // As manifest version 3 calls this API.
      const renamed =
        target.manifestVersion === 3 ? code.replaceAll("browserAction", "action") : code;
      writeFileSync(path.join(made, example), renamed);
      scripts.push(example);
    }
    if (measures) {
      for (const name of ["clock.js", own]) {
        cpSync(path.join(import.meta.dirname, name), path.join(made, name));
        scripts.push(name);
      }
    }
    return scripts;
  }

  const js = add("content-script.js", "content.js");
  const scripts = add("background-script.js", "background.js");
  writeFileSync(
    path.join(made, "worker.js"),
    `importScripts(${scripts.map((name) => JSON.stringify(name))});`,
  );
  const inVersion = {
    2: { manifest_version: 2, background: { scripts }, browser_action: {} },
    3: {
      manifest_version: 3,
      background: { service_worker: "worker.js", scripts },
      action: {},
    },
  };
  const manifest = {
    ...inVersion[target.manifestVersion],
    name: `Benchmark: ${pages}`,
    version: "1.0.0",
    browser_specific_settings: { gecko: { id: `${pages}@benchmark.example` } },
    content_scripts: [{ matches: [`http://127.0.0.1/${pages}*`], js }],
  };
  writeFileSync(path.join(made, "manifest.json"), JSON.stringify(manifest));
  return made;
}
