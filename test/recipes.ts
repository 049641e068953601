// The recipes of docs/recipes.md: each in a copy of the project, with the recipe's changes, built.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import webpack, { type Configuration, type Stats, type StatsError } from "webpack";
import { root } from "../scripts/project.ts";
import type { Lines } from "./console-lines.ts";
import { changeFiles, copyProject } from "./project-copy.ts";

/** A recipe, and a copy of the project that has its changes. */
export interface Recipe {
  /** Its heading. */
  title: string;
  /** Its text, from the heading on. */
  text: string;
  /** The folder of the copy. */
  project: string;
  /** The lines that the text shows, each under the name of the script that logs it. */
  promised: Lines;
}

/** Reads the texts of the recipes in docs/recipes.md. */
export function readRecipes(): string[] {
  return readFileSync(path.join(root, "docs/recipes.md"), "utf8").split(/^## /m).slice(1);
}

/**
 * Makes the changes of a recipe in a copy of the project.
 *
 * @param text - the text of the recipe
 * @throws when a file does not contain the lines that the recipe changes, or contains them twice
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
  return { title: text.replace(/\n.*/s, ""), text, project, promised };
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
      entry[path.relative(tmpdir(), path.join(project, name))] = path.join(project, script);
    }
  }
  const options = { configFile: path.join(root, "tsconfig.json") };
  const compiler = webpack({
    ...config,
    ...{ context: root, entry, output: { path: tmpdir() } },
    module: { rules: [{ test: /\.ts$/, loader: "ts-loader", options }] },
    optimization: { ...config.optimization, emitOnErrors: true },
  });
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    compiler?.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  return stats?.toJson({ all: false, errors: true }).errors ?? [];
}
