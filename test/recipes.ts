// The recipes of docs/recipes.md: each in a copy of the project, with the recipe's changes, built.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import webpack, { type Configuration, type Stats, type StatsError } from "webpack";
import { root, type Target } from "../scripts/project.ts";
import type { Lines } from "./console-lines.ts";
import { copyProject, edit } from "./project-copy.ts";

/** A recipe, and a copy of the project that has its changes. */
export interface Recipe {
  /** Its text, from the heading on. */
  text: string;
  /** The folder of the copy. */
  project: string;
  /** The folder in the copy that the browser of a target loads. */
  folder(target: Target): string;
  /** The lines that the text shows, each under the name of the script that logs it. */
  promised: Lines;
}

/**
 * Reads the recipes of docs/recipes.md, and makes the changes of each in a copy of the project.
 *
 * @returns the recipes, by their headings
 * @throws when a file does not contain the lines that a recipe changes, or contains them twice
 */
export function makeRecipes(): Map<string, Recipe> {
  const [, ...texts] = readFileSync(path.join(root, "docs/recipes.md"), "utf8").split(/^## /m);
  return new Map(texts.map((text) => [text.replace(/\n.*/s, ""), makeRecipe(text)]));
}

/**
 * Makes the changes of one recipe in another copy of the project.
 *
 * @param text - the text of the recipe
 * @throws as {@link makeRecipes} does
 */
export function makeRecipe(text: string): Recipe {
  const project = copyProject();
  const promised: Lines = {};
  for (const [, language, code = ""] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === "diff") changeFiles(project, code);
    for (const [, script = "", line = ""] of code.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
      promised[script] = [...(promised[script] ?? []), line];
    }
  }
  const folder = (target: Target) => path.join(project, path.relative(root, target.folder));
  return { text, project, folder, promised };
}

function changeFiles(project: string, diff: string) {
  for (const [, name = "", changes = ""] of diff.matchAll(/^\+{3} (.*)\n((?:(?!\+{3} ).*\n)*)/gm)) {
    const file = path.join(project, name);
    for (const change of changes.split(/^@@\n/m)) {
      const from = change.replace(/^\+.*\n/gm, "").replace(/^[ -]/gm, "");
      const to = change.replace(/^-.*\n/gm, "").replace(/^[ +]/gm, "");
      if (from) edit(file, from, to);
      else {
        assert.ok(!existsSync(file), `${name} has no place for this: ${to}`);
        writeFileSync(file, to);
      }
    }
  }
}

/**
 * Builds copies of the project, each as its own webpack.config.js says. All are built at once, because the
 * types of the extension APIs, which take the most time, are then read once.
 *
 * @param projects - the folders of the copies
 * @returns the errors of the compiler; scripts without errors are built nevertheless
 * @see {@link https://webpack.js.org/api/node/}
 */
export async function build(projects: string[]): Promise<StatsError[]> {
  const entry: Record<string, string> = {};
  let config: Configuration = {};
  for (const project of projects) {
    ({ default: config } = await import(path.join(project, "webpack.config.js")));
    for (const [name, script] of Object.entries(config.entry ?? {})) {
      entry[path.join(path.basename(project), name)] = path.join(project, script);
    }
  }
  const options = { configFile: path.join(root, "tsconfig.json") };
  const compiler = webpack({
    ...config,
    context: root,
    entry,
    output: { path: path.dirname(projects[0] ?? "") },
    module: { rules: [{ test: /\.ts$/, loader: "ts-loader", options }] },
    optimization: { ...config.optimization, emitOnErrors: true },
  });
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    compiler?.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  return stats?.toJson({ all: false, errors: true }).errors ?? [];
}
