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
const [, ...sections] = page.split(/^## \d\. /m);
const copy = copyProject("tab-notes");

/** What the finished steps may not leave in the copy. */
const leftovers = ["MDN", "CC0", "README.md", "recipe", "bench", "documented"];

/** The files of the copy that its owner writes, by their paths in it. */
const files = () =>
  readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(copy, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^node_modules|\bdist\b|^web-ext-artifacts|\.png$/.test(file));

const read = (file: string) => readFileSync(path.join(copy, file), "utf8");

async function succeeds(program: string, ...args: string[]) {
  const { exitCode, printed } = await run(copy, program, args).ended;
  assert.equal(exitCode, 0, printed);
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

/** The copy passes all checks, has its packages, and contains nothing that was to go. */
async function isWhole() {
  await succeeds("npm", "run", "check");
  await succeeds("npm", "run", "package");
  for (const file of files().filter((file) => file !== "package-lock.json")) {
    const text = `${file}\n${read(file)}`.toLowerCase();
    const left = leftovers.filter((leftover) => text.includes(leftover.toLowerCase()));
    assert.deepEqual(left, [], file);
  }
}

const [deletion = "", names = "", version3 = "", addedPage = ""] = sections;

test("a copy without what explains the example, with other names", async () => {
  await perform(deletion);
  await perform(names);
  await isWhole();
});

test("the same with manifest version 3 only", async () => {
  await perform(version3);
  leftovers.push("mv3");
  await isWhole();
});

test("the same with one more page", async () => {
  await perform(addedPage);
  await isWhole();
  await succeeds("npm", "test", "conversation", skipChromium ? "firefox" : "chromium");
});
