// The recipes of docs/recipes.md: each in a copy of the project, with the recipe's changes, built.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import webpack, { type Configuration, type Stats, type StatsError } from "webpack";
import { root, type Target } from "../scripts/project.ts";
import type { Lines } from "./lines.ts";
import { copyProject, edit } from "./project-copy.ts";

/** A recipe, made. */
export interface Recipe {
  /** The copy of the project that has the recipe's changes. */
  project: string;
  /** The folder in the copy that a target's browser loads. */
  folder(target: Target): string;
  /** The lines that the recipe promises, one entry for each block. */
  promised: Lines[];
  /** The texts of the blocks that hold other lines, such as an error of the compiler. */
  quoted: string[];
}

/**
 * Reads the recipes of docs/recipes.md, and makes the changes of each in a copy of the project.
 *
 * @returns the recipes, by their headings
 * @throws when a line that a change needs is not there, or is there twice
 */
export function makeRecipes(): Map<string, Recipe> {
  const [, ...sections] = readFileSync(path.join(root, "docs/recipes.md"), "utf8").split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [title = ""] = section.split("\n", 1);
      return [title, makeRecipe(section)];
    }),
  );
}

function makeRecipe(section: string): Recipe {
  const project = copyProject();
  const quoted: string[] = [];
  const promised: Lines[] = [];
  for (const [, language, file = "", code = ""] of section.matchAll(
    /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms,
  )) {
    if (language === "diff") change(path.join(project, file), code);
    else if (code.startsWith("[")) promised.push(byScript(code));
    else quoted.push(code.trimEnd());
  }
  const folder = (target: Target) => path.join(project, path.relative(root, target.folder));
  return { project, folder, promised, quoted };
}

/** Makes the changes of one block in a file, which is created if there is none. */
function change(file: string, code: string) {
  const from = code.replace(/^\+.*\n/gm, "").replace(/^[ -]/gm, "");
  const to = code.replace(/^-.*\n/gm, "").replace(/^[ +]/gm, "");
  if (existsSync(file)) edit(file, from, to);
  else {
    assert.equal(from, "", `${file} does not exist`);
    writeFileSync(file, to);
  }
}

/**
 * Sorts lines as they are in the terminal.
 *
 * @param text - the lines, each with the name of its script
 * @returns the lines, each under the name of its script
 */
export function byScript(text: string) {
  const found: Lines = {};
  for (const [, script = "", line = ""] of text.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
    found[script] ??= [];
    found[script].push(line);
  }
  return found;
}

/**
 * Builds copies of the project as their own webpack.config.js says, all at once: the types of the browsers
 * are read once, which takes longer than all else.
 *
 * @param projects - the folders of the copies
 * @returns the errors of the compiler, each with its file
 * @see {@link https://webpack.js.org/api/node/}
 */
export async function build(projects: string[]): Promise<StatsError[]> {
  const output = path.dirname(projects[0] ?? "");
  const entry: Record<string, string> = {};
  let config: Configuration = {};
  for (const project of projects) {
    ({ default: config } = await import(path.join(project, "webpack.config.js")));
    for (const [name, script] of Object.entries(config.entry ?? {})) {
      entry[path.join(path.basename(project), name)] = path.join(project, script);
    }
  }
  const options = { configFile: path.join(root, "tsconfig.json") };
  const module = { rules: [{ test: /\.ts$/, loader: "ts-loader", options }] };
  const compiler = webpack({
    ...config,
    ...{ context: root, entry, module, output: { path: output }, devtool: false },
  });
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    compiler?.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  return stats?.toJson({ all: false, errors: true }).errors ?? [];
}
