// The recipes of docs/recipes.md: how each is made in a copy of the project, and tested.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import webpack, { type Configuration, type Stats, type StatsError } from "webpack";
import { root, type Target } from "../scripts/project.ts";
import { inTurn, type Lines, without } from "./console-lines.ts";
import { inBackgroundScript, inContentScript } from "./conversation.ts";
import { inVersion3, type Run } from "./in-browsers.ts";
import { html } from "./pages.ts";
import { changeFiles, copyProject } from "./project-copy.ts";

/** A recipe, and a copy of the project that has its changes. */
interface Recipe {
  /** Its text, from the heading on. */
  text: string;
  /** The folder of the copy. */
  project: string;
  /** The lines that the text shows, each under the name of the script that logs it. */
  shown: Lines;
}

const [, ...texts] = readFileSync(path.join(root, "docs/recipes.md"), "utf8").split(/^## /m);
/** All recipes, by their headings. */
export const recipes = new Map(texts.map((text) => [text.replace(/\n.*/s, ""), makeRecipe(text)]));

/**
 * Makes the changes of a recipe in a copy of the project.
 *
 * @param text - the text of the recipe
 * @throws when a file does not contain the lines that the recipe changes, or contains them twice
 */
export function makeRecipe(text: string): Recipe {
  const project = copyProject();
  const shown: Lines = {};
  for (const [, language, code = ""] of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === "diff") changeFiles(project, code);
    for (const [, script = "", line = ""] of code.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
      shown[script] = [...(shown[script] ?? []), line];
    }
  }
  return { text, project, shown };
}

/**
 * Builds copies of the project, each as its own webpack.config.js says. All are built at once, because the
 * types of the extension APIs, which take the most time, are then read once.
 *
 * @param recipes - whose copies are built
 * @returns the errors of the compiler; scripts without errors are built nevertheless
 * @see {@link https://webpack.js.org/api/node/}
 */
export async function build(recipes: Recipe[]): Promise<StatsError[]> {
  const entry: Record<string, string> = {};
  let config: Configuration = {};
  for (const { project } of recipes) {
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

/** Lines that the content script logs. */
export const inPage = (...lines: string[]): Lines => ({ "content-script": lines });
/** Lines that the background script logs. */
export const inBackground = (...lines: string[]): Lines => ({ "background-script": lines });

/** The first of the two lines of each message, which the recipes leave out. */
const headings = { ...inBackground(inBackgroundScript), ...inPage(inContentScript) };

const pages = {
  "/": `${html("One")}<a href="/two">Two</a><iframe src="/frame"></iframe>`,
  "/two": html("Two"),
  "/frame": html("Frame"),
};

/**
 * Waits for the lines of one step after another, as `run.extension.logged()` does.
 *
 * @throws when the lines are others, or more
 */
export const logged = (run: Run, ...steps: Lines[]) =>
  run.extension.logged(inTurn(...steps), headings);

/**
 * Waits for lines whose order varies, because several pages log them, or several parts of a script.
 *
 * @throws when the lines are others, or more
 */
export async function loggedInAnyOrder(run: Run, ...steps: Lines[]) {
  const expected = inTurn(...steps);
  const sorted = (lines: Lines) =>
    Object.fromEntries(
      Object.entries(without(headings, lines)).map(([script, some]) => [script, some.sort()]),
    );
  assert.deepEqual(sorted(await run.extension.nextLines(expected, headings)), sorted(expected));
}

/** What the text of a recipe says. */
const said = ({ text, shown }: Recipe) => ({
  /** The lines of its block that the background script logs, from one number to another. */
  background: (from?: number, to?: number) =>
    inBackground(...(shown["background-script"] ?? []).slice(from, to)),
  /** The lines of its block that the content script logs. */
  page: (from?: number, to?: number) => inPage(...(shown["content-script"] ?? []).slice(from, to)),
  /** Returns a line that the text quotes, and fails if it does not quote the line. */
  quoted: (line: string) => (text.includes(`\`${line}\``) ? line : assert.fail(line)),
});

/** The headings of the recipes that have tests. */
export const tested: string[] = [];

/**
 * Tests a recipe in Firefox and in Chromium, with manifest version 3.
 *
 * @param title - the heading of the recipe
 * @param tests - called once for each browser
 * @throws when docs/recipes.md has no such heading
 */
export function inRecipe(title: string, tests: (run: Run, text: ReturnType<typeof said>) => void) {
  const recipe = recipes.get(title) ?? assert.fail(title);
  const folder = (target: Target) => path.join(recipe.project, path.relative(root, target.folder));
  inVersion3(title, { folder, pages }, (run) => tests(run, said(recipe)));
  tested.push(title);
}
