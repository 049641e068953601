// How a recipe is tested in real browsers, and what it promises to log.
import assert from "node:assert/strict";
import path from "node:path";
import { root, type Target } from "../scripts/project.ts";
import { inTurn, type Lines, without } from "./console-lines.ts";
import { inBackgroundScript, inContentScript } from "./conversation.ts";
import { inVersion3, type Run } from "./in-browsers.ts";
import { html } from "./pages.ts";
import type { Recipe } from "./recipes.ts";

/** Lines that the content script logs. */
export const inPage = (...lines: string[]): Lines => ({ "content-script": lines });
/** Lines that the background script logs. */
export const inBackground = (...lines: string[]): Lines => ({ "background-script": lines });

/** The first of the two lines of each message, which the recipes leave out. */
const headings = { ...inBackground(inBackgroundScript), ...inPage(inContentScript) };

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

/** What a recipe promises. */
interface Promised {
  /** The lines of its block that the background script logs, from one number to another. */
  background(from?: number, to?: number): Lines;
  /** The lines that the content script logs. */
  page(from?: number, to?: number): Lines;
  /** Returns a line that the text of the recipe quotes, and fails if it does not quote the line. */
  quoted(line: string): string;
}

/** Declares the tests of a recipe. */
export type RecipeTests = (run: Run, promised: Promised) => void;

/**
 * Tests a recipe in Firefox and in Chromium, with manifest version 3.
 *
 * @param recipe - whose copy of the project is built
 * @param tests - called once for each browser
 */
export function testRecipe(recipe: Recipe, tests: RecipeTests) {
  const { title, text, project, promised } = recipe;
  const { "background-script": background = [], "content-script": page = [] } = promised;
  const folder = (target: Target) => path.join(project, path.relative(root, target.folder));
  const pages = {
    "/": `${html("One")}<a href="/two">Two</a><iframe src="/frame"></iframe>`,
    "/two": html("Two"),
    "/frame": html("Frame"),
  };
  inVersion3(title, { folder, pages }, (run) =>
    tests(run, {
      background: (from, to) => inBackground(...background.slice(from, to)),
      page: (from, to) => inPage(...page.slice(from, to)),
      quoted: (line) => (text.includes(`\`${line}\``) ? line : assert.fail(line)),
    }),
  );
}
