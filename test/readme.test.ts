// README.md and docs/ say what is so: their code is the project's, their lines are those that are
// logged, and their exercises work as written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, test } from "node:test";
import { withBrowser } from "./browser.js";
import { root, startFirefox } from "./firefox.js";
import { buttonClicked, opened, pageClicked } from "./lines.js";
import { copyProject } from "./project.js";

const read = (file) => readFileSync(path.join(root, file), "utf8");
const readme = read("README.md");

/** The blocks of code in a text: their language, the file that they are from, and what they say. */
const blocks = (text) =>
  [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language, file, code]) => ({
    language,
    file,
    code,
  }));

test("code in README.md and docs/ is the project's", () => {
  const docs = readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"));
  const texts = [readme, ...docs.map((file) => read(`docs/${file}`))];
  const quoted = texts.flatMap(blocks).filter(({ language }) => ["json", "ts"].includes(language));
  assert.ok(quoted.length > 0);
  for (const { file, code } of quoted) assert.ok(read(file).includes(code), code);
});

test("code in a column of a table is in the file that the column's heading links to", () => {
  const onOneLine = (code) => code.replace(/\s+/g, " ");
  let found = 0;
  for (const [table] of readme.matchAll(/^(\|.*\n)+/gm)) {
    const [heading, , ...rows] = table
      .trim()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/));
    heading.forEach((cell, column) => {
      const [, file] = cell.match(/\]\((.*)\)/) ?? [];
      if (!file) return;
      for (const row of rows) {
        const [, code] = row[column].match(/`(.*)`/) ?? [];
        if (!code) continue;
        assert.ok(onOneLine(read(file)).includes(code.replaceAll("\\|", "|")), code);
        found++;
      }
    });
  }
  assert.ok(found > 0);
});

test("the conversation in README.md is the one that is logged", () => {
  const [conversation] = blocks(readme).filter(({ language }) => language === "text");
  assert.deepEqual(byScript(conversation.code), {
    "background-script": [...opened["background-script"], ...pageClicked["background-script"]],
    "content-script": [...opened["content-script"], ...buttonClicked["content-script"]],
  });
});

test("what the tables name is there, and all that is there is named", () => {
  const { scripts, devDependencies } = JSON.parse(read("package.json"));
  const named = (pattern) => [...readme.matchAll(pattern)].map(([, name]) => name).sort();
  assert.deepEqual(named(/^\| `npm (?:run )?(\S+)` \|/gm), Object.keys(scripts).sort());
  const packages = named(/^\| (`.*`) \|.*$/gm).flatMap((names) => names.match(/[@\w][\w./-]*/g));
  for (const name of Object.keys(devDependencies)) assert.ok(packages.includes(name), name);
  for (const folder of ["src", "scripts", "test"]) {
    for (const file of readdirSync(path.join(root, folder))) {
      if (file !== "tsconfig.json") assert.match(readme, new RegExp(`^  ${file}/? `, "m"));
    }
  }
});

/** The lines as they are in the terminal, each under the name of the script that logs it. */
function byScript(lines) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const [, script, line] of lines.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
    found[script] ??= [];
    found[script].push(line);
  }
  return found;
}

describe("the exercises in README.md", () => {
  const run = withBrowser(startFirefox);
  let copy;
  afterEach(() => rm(copy.folder, { recursive: true }));

  /** Does what an exercise says, and returns what it promises: lines by script, block by block. */
  async function exercise(number) {
    copy = await copyProject();
    const [text] = readme.match(new RegExp(`^### Exercise ${number}:.*?(?=^##)`, "ms"));
    for (const { language, file, code } of blocks(text)) {
      if (language !== "diff") continue;
      const from = code.replace(/^\+.*\n/gm, "").replace(/^[ -]/gm, "");
      const to = code.replace(/^-.*\n/gm, "").replace(/^[ +]/gm, "");
      const source = readFileSync(path.join(copy.project, file), "utf8");
      assert.equal(source.split(from).length, 2, `It is there, once: ${from}`);
      writeFileSync(
        path.join(copy.project, file),
        source.replace(from, () => to),
      );
    }
    const build = spawnSync("npx", ["webpack", "--config-name=firefox"], {
      cwd: copy.project,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    assert.equal(build.status, 0, build.stdout);
    const extension = await run.browser.install(copy.project);
    const promised = blocks(text).filter(({ language }) => language === "text");
    return { extension, promised: promised.map(({ code }) => byScript(code)) };
  }

  async function open(extension) {
    const page = await run.browser.newPage();
    await page.goto(run.server.url);
    await extension.logged(opened);
    return page;
  }

  test("1: reach several tabs", async () => {
    const { extension, promised } = await exercise(1);
    const pages = [await open(extension), await open(extension)];
    const [first, second] = pages.map(nextLines);
    await extension.clickBrowserAction();
    const { "content-script": lines } = promised[0];
    assert.deepEqual([...(await first), ...(await second)], lines);
    for (const page of pages) await page.close();
  });

  test("2: ask and be answered", async () => {
    const { extension, promised } = await exercise(2);
    const page = await open(extension);
    await page.click("p");
    await extension.logged(promised[0]);
    await page.close();
  });

  test("3: disconnect politely", async () => {
    const { extension, promised } = await exercise(3);
    const page = await open(extension);
    await extension.clickBrowserAction();
    await extension.logged(promised[0]);
    await page.click("p");
    await extension.logged(promised[1]);
    await page.close();
  });
});

/** The next two lines in a page's console. */
function nextLines(page) {
  return new Promise((resolve) => {
    const lines = [];
    page.on("console", (message) => lines.push(message.text()) === 2 && resolve(lines));
  });
}
