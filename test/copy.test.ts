// docs/your-own-extension.md leads to an extension that works: its steps are performed in a copy, line by line.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../scripts/project.ts";
import { run } from "./command.ts";
import { skipChromium } from "./in-browsers.ts";
import { changeFiles, copyProject } from "./project-copy.ts";

const page = readFileSync(path.join(root, "docs/your-own-extension.md"), "utf8");
const [, deletion = "", names = "", version3 = "", addedPage = ""] = page.split(/^## \d\. /m);
const copy = copyProject("tab-notes");

/** What the finished steps may not leave in the copy. */
const leftovers = ["MDN", "CC0", "README.md", "recipe", "bench", "documented"];

/** The files of the copy that its owner writes, by their paths in it. */
const files = () =>
  readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(copy, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^(node_modules|\.cache|web-ext-artifacts)|\bdist\b|\.png$/.test(file));

const read = (file: string) => readFileSync(path.join(copy, file), "utf8");

/** Runs a program in the copy, and returns what the program prints. */
async function succeeds(program: string, ...args: string[]) {
  const { exitCode, printed } = await run(copy, program, args).ended;
  assert.equal(exitCode, 0, printed);
  return printed;
}

/** Performs what a section tells to do, from its first line to its last. */
async function perform(section: string) {
  const parts = /^\| (.*) \| .* \| (.*) \|$|^```(sh|diff)\n([\s\S]*?)^```$/gm;
  for (const [, from = "", to = "", language, code = ""] of section.matchAll(parts)) {
    if (language === "sh") await succeeds("sh", "-e", "-c", code);
    else if (language === "diff") changeFiles(copy, code);
    else if (!/^Text|^-+/.test(from))
      replaceEverywhere(from.replaceAll("`", ""), to.replaceAll("`", ""));
  }
}

function replaceEverywhere(from: string, to: string) {
  const holding = files().filter((file) => read(file).includes(from));
  assert.ok(holding.length > 0, from);
  for (const file of holding) {
    writeFileSync(path.join(copy, file), read(file).replaceAll(from, to));
  }
  leftovers.push(from);
}

/** Fails if the steps have left what they replace or delete, or a list of files that is out of date. */
function nothingIsLeft() {
  for (const file of files().filter((file) => file !== "package-lock.json")) {
    const text = `${file}\n${read(file)}`.toLowerCase();
    const left = leftovers.filter((leftover) => text.includes(leftover.toLowerCase()));
    assert.deepEqual(left, [], file);
  }
  const [, tree = ""] = read("docs/developing.md").match(/^```text\n([\s\S]*?)^```/m) ?? [];
  const inTypeScript = files().filter((file) => file.endsWith(".ts"));
  const listed = tree.match(/[\w.-]+\.ts\b/g) ?? [];
  assert.deepEqual(listed.sort(), inTypeScript.map((file) => path.basename(file)).sort());
}

test("steps 1 and 2: what explains the example is deleted, and the rest renamed", async () => {
  await perform(deletion);
  await perform(names);
  nothingIsLeft();
  await succeeds("npm", "run", "check");
});

test("step 3: manifest version 2 is deleted", async () => {
  await perform(version3);
  leftovers.push("mv3");
  nothingIsLeft();
});

test("step 4: a page is added", async () => {
  await perform(addedPage);
  nothingIsLeft();
});

for (const command of ["check", "package"]) {
  test(`npm run ${command} succeeds in the copy`, async () => {
    await succeeds("npm", "run", command);
  });
}

test("npm test conversation succeeds in the copy", async () => {
  const browser = skipChromium ? "firefox" : "chromium";
  const printed = await succeeds("npm", "test", "conversation", browser);
  assert.match(printed, /the options page is opened \(.* s\)\n/);
});
