// docs/recipes.md says what is so: its changes are made in copies of the project, and its lines appear.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { edit } from "./project-copy.ts";
import { testRecipe } from "./recipe-run.ts";
import { tests } from "./recipe-tests.ts";
import { build, makeRecipe, readRecipes } from "./recipes.ts";

const recipes = readRecipes().map(makeRecipe);

/** A recipe with one kind of message more, which the recipe's `switch` does not handle. */
const kinds = recipes.find(({ title }) => title === "Post several kinds of messages");
const moreKinds = makeRecipe(kinds?.text ?? "");
edit(
  path.join(moreKinds.project, "src/message.ts"),
  "x: number };",
  'x: number } | { kind: "key" };',
);

const errors = await build([...recipes, moreKinds].map(({ project }) => project));

test("the compiler finds nothing but the switch that does not handle a new kind of message", () => {
  const [error, ...others] = errors;
  assert.deepEqual(others, []);
  assert.equal(error?.file, path.join(moreKinds.project, "src/background-script.ts"));
  assert.match(error.message, /does not satisfy the expected type 'never'/);
});

test("each recipe is tested", () => {
  const titles = recipes.map(({ title }) => title);
  assert.deepEqual(Object.keys(tests), titles);
});

for (const made of recipes) testRecipe(made, tests[made.title] ?? (() => {}));
