// docs/your-own-extension.md leads to an extension that works: its steps are performed in a copy, line by line.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
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
    .filter((file) => !/^(node_modules|\.cache|web-ext-artifacts)|\bdist\b|\.png$/.test(file));

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

/** Declares the tests of a copy in which more of the sections were performed. */
function describeCopy(title: string, performed: string[], alsoGone: string[] = []) {
  describe(title, () => {
    test("the steps are performed", async () => {
      for (const section of performed) await perform(section);
      leftovers.push(...alsoGone);
    });

    for (const command of ["check", "package"]) {
      test(`npm run ${command} succeeds`, () => succeeds("npm", "run", command));
    }

    test("nothing is left that was to go", () => {
      for (const file of files().filter((file) => file !== "package-lock.json")) {
        const text = `${file}\n${read(file)}`.toLowerCase();
        const left = leftovers.filter((leftover) => text.includes(leftover.toLowerCase()));
        assert.deepEqual(left, [], file);
      }
    });

    test("docs/developing.md lists the files in TypeScript", () => {
      const [, tree = ""] = read("docs/developing.md").match(/^```text\n([\s\S]*?)^```/m) ?? [];
      const inTypeScript = files().filter((file) => file.endsWith(".ts"));
      const listed = tree.match(/[\w.-]+\.ts\b/g) ?? [];
      assert.deepEqual(listed.sort(), inTypeScript.map((file) => path.basename(file)).sort());
    });
  });
}

const [deletion = "", names = "", version3 = "", addedPage = ""] = sections;
describeCopy("a copy without what explains the example, with other names", [deletion, names]);
describeCopy("the same copy with manifest version 3 only", [version3], ["mv3"]);
describeCopy("the same copy with a page more", [addedPage]);

test("npm test conversation succeeds in the copy", () =>
  succeeds("npm", "test", "conversation", skipChromium ? "firefox" : "chromium"));
