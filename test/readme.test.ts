// README.md and docs/ say what is so: their code is the project's, their lines are those that are
// logged, and their exercises work as written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import packageJson from "../package.json" with { type: "json" };
import { root, type Target } from "../scripts/project.ts";
import { inEachBrowser, type Run } from "./harness.ts";
import { buttonClicked, type Lines, opened, pageClicked } from "./lines.ts";
import { copyProject, edit } from "./project-copy.ts";

const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const readme = read("README.md");

/** The blocks of code in a text: their language, the file that they are from, and what they say. */
const blocks = (text: string) =>
  [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = "", file = "", code = ""]) => ({ language, file, code }),
  );

test("code in README.md and docs/ is the project's", () => {
  const docs = readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"));
  const texts = [readme, ...docs.map((file) => read(`docs/${file}`))];
  const quoted = texts.flatMap(blocks).filter(({ language }) => ["json", "ts"].includes(language));
  assert.ok(quoted.length > 0);
  for (const { file, code } of quoted) assert.ok(read(file).includes(code), code);
});

test("code in a column of a table is in the file that the column's heading links to", () => {
  const onOneLine = (code: string) => code.replace(/\s+/g, " ");
  let found = 0;
  for (const [table] of readme.matchAll(/^(\|.*\n)+/gm)) {
    const [heading = [], , ...rows] = table
      .trim()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/));
    heading.forEach((cell, column) => {
      const [, file] = cell.match(/\]\((.*)\)/) ?? [];
      if (!file) return;
      for (const row of rows) {
        const [, code] = row[column]?.match(/`(.*)`/) ?? [];
        if (!code) continue;
        assert.ok(onOneLine(read(file)).includes(code.replaceAll("\\|", "|")), code);
        found++;
      }
    });
  }
  assert.ok(found > 0);
});

test("the conversation in README.md is the one that is logged", () => {
  const conversation = blocks(readme).find(({ language }) => language === "text");
  assert.deepEqual(byScript(conversation?.code), {
    "background-script": [...opened["background-script"], ...pageClicked["background-script"]],
    "content-script": [...opened["content-script"], ...buttonClicked["content-script"]],
  });
});

test("the tree names each file that is there, and no other", () => {
  const [, tree = ""] = readme.match(/^### What is where$.*?```text\n(.*?)```/ms) ?? [];
  /** The folders that a line is in, by its indentation. */
  const folders: string[] = [];
  const named = new Set<string>();
  for (const [, indent = "", names = ""] of tree.matchAll(/^( *)(\S+(?:, \S+)*)(?: {2}|$)/gm)) {
    for (const name of names.split(", ")) {
      const file = path.join(...folders.slice(0, indent.length / 2), name);
      assert.ok(existsSync(path.join(root, file)), `${file} is there`);
      named.add(path.normalize(`${file}/`));
    }
    folders[indent.length / 2] = names;
  }
  for (const folder of ["scripts/browsers", "scripts", "src", "test"]) {
    for (const file of readdirSync(path.join(root, folder))) {
      assert.ok(named.has(path.join(folder, file, "/")), `${folder}/${file} is named`);
    }
  }
});

test("the tables name each command and each package, and no other", () => {
  const { scripts, devDependencies } = packageJson;
  assert.deepEqual(namedIn("command", /`npm (?:run )?(.*?)`/g), Object.keys(scripts).sort());
  assert.deepEqual(namedIn("package", /`(.*?)`/g), Object.keys(devDependencies).sort());
});

/** What the first column of a table names, in order. */
function namedIn(heading: string, pattern: RegExp) {
  const [table = ""] = readme.match(new RegExp(`^\\| ${heading} \\|.*\n(\\|.*\n)+`, "m")) ?? [];
  const [, , ...rows] = table.trim().split("\n");
  const cells = rows.map((row) => row.split("|")[1]).join();
  return [...cells.matchAll(pattern)].map(([, name]) => name).sort();
}

test("docs/conversation.svg shows what is posted", () => {
  const svg = read("docs/conversation.svg");
  for (const lines of [opened, pageClicked, buttonClicked].flatMap(Object.values)) {
    assert.ok(svg.includes(lines.at(-1)), lines.at(-1));
  }
});

/** The lines as they are in the terminal, each under the name of the script that logs it. */
function byScript(lines = "") {
  const found: Lines = {};
  for (const [, script = "", line = ""] of lines.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
    found[script] ??= [];
    found[script].push(line);
  }
  return found;
}

/** What is done after each exercise's changes. README.md promises the lines. */
const exercises: Record<number, (run: Run, promised: Lines[]) => Promise<void>> = {
  async 1(run, [inBothPages]) {
    const pages = [await run.openTab(), await run.openTab()];
    const [first, second] = pages.map(nextTwoLines);
    await run.extension.clickBrowserAction();
    const shown = [...((await first) ?? []), ...((await second) ?? [])];
    assert.deepEqual({ "content-script": shown }, inBothPages);
    // The lines of two pages may mix.
    const { "content-script": logged } = await run.extension.nextLines(inBothPages ?? {});
    assert.deepEqual(logged?.sort(), shown.sort());
  },
  async 2(run, [afterClick]) {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(afterClick ?? {});
  },
  async 3(run, [afterButton, afterClick]) {
    const page = await run.openTab();
    await run.extension.clickBrowserAction();
    await run.extension.logged(afterButton ?? {});
    await page.click("p");
    await run.extension.logged(afterClick ?? {});
  },
};

test("each exercise is tested", () => {
  const numbers = [...readme.matchAll(/^### Exercise (\d+)/gm)].map(([, number]) => number);
  assert.deepEqual(numbers, Object.keys(exercises));
});

for (const [number, steps] of Object.entries(exercises)) {
  const [text = ""] = readme.match(new RegExp(`^### Exercise ${number}:.*?(?=^##)`, "ms")) ?? [];
  let project: string | undefined;
  inEachBrowser(`exercise ${number}`, { folder }, (run) => {
    test("it works as written", async () => {
      const promised = blocks(text).filter(({ language }) => language === "text");
      await steps(
        run,
        promised.map(({ code }) => byScript(code)),
      );
    });
  });

  /** The target's folder in a copy of the project, with the changes of the exercise. */
  function folder(target: Target) {
    project ??= change(text);
    return path.join(project, path.relative(root, target.folder));
  }
}

/** Makes the changes of an exercise in a copy of the project, and builds that. */
function change(text: string) {
  const project = copyProject();
  for (const { language, file, code } of blocks(text)) {
    if (language !== "diff") continue;
    const from = code.replace(/^\+.*\n/gm, "").replace(/^[ -]/gm, "");
    const to = code.replace(/^-.*\n/gm, "").replace(/^[ +]/gm, "");
    edit(path.join(project, file), from, to);
  }
  const options = { cwd: project, encoding: "utf8", shell: process.platform === "win32" } as const;
  const build = spawnSync("npx", ["webpack"], options);
  assert.equal(build.status, 0, build.stdout);
  return project;
}

/** The next two lines in a page's console. */
function nextTwoLines(page: Page) {
  return new Promise<string[]>((resolve) => {
    const lines: string[] = [];
    page.on("console", (message) => lines.push(message.text()) === 2 && resolve(lines));
  });
}
