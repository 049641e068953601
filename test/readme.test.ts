// README.md and docs/ say what is so: their code, lines, errors and names are those of the project.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { root } from "../scripts/project.ts";
import type { Lines } from "./console-lines.ts";
import { buttonClicked, noPage, opened, openedAndClicked } from "./conversation.ts";
import { browserErrors, documentedErrors } from "./lines.ts";

const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** The texts by their paths. */
const texts = Object.fromEntries(
  ["README.md", ...readdirSync(path.join(root, "docs")).map((name) => `docs/${name}`)]
    .filter((file) => file.endsWith(".md"))
    .map((file) => [file, read(file)]),
);
const text = (file: string) => texts[file] ?? assert.fail(`${file} does not exist`);
const readme = text("README.md");
const developing = text("docs/developing.md");

/** The blocks of code in a text: their language, the file that they are from, and what they say. */
const blocks = (text: string) =>
  [...text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = "", file = "", code = ""]) => ({ language, file, code }),
  );

/** The tables in a text, row by row, without the line below the heading. */
const tables = (text: string) =>
  [...text.matchAll(/^(?:\|.*\n)+/gm)].map(([table]) => {
    const [heading = [], , ...rows] = table
      .trim()
      .split("\n")
      .map((row) => row.split(/(?<!\\)\|/).slice(1, -1));
    return { heading, rows };
  });

/** Code within a sentence. */
const inlineCode = (text: string) =>
  [...text.replace(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

const onOneLine = (code: string) => code.replace(/\s+/g, " ");

test("README.md has at most 170 lines", () => {
  assert.ok(readme.trimEnd().split("\n").length <= 170);
});

for (const [file, text] of Object.entries(texts)) {
  test(`quoted code is in the files: ${file}`, () => {
    for (const { language, file, code } of blocks(text)) {
      if (["json", "ts"].includes(language)) assert.ok(read(file).includes(code), code);
    }
  });

  test(`named commands and files exist: ${file}`, () => {
    for (const code of inlineCode(text)) {
      const [, command] = code.match(/\bnpm (?:run )?(?!ci$)(\S+)$/) ?? [];
      if (command) assert.ok(command in packageJson.scripts, code);
      const isPath = /^(?:docs|icons|mv3|scripts|src|test)\/\S*$|^[\w.-]+\.(?:c?js|json|ts|md)$/;
      if (isPath.test(code)) {
        const places = [code, path.join(path.dirname(file), code)];
        assert.ok(
          places.some((place) => existsSync(path.join(root, place))),
          code,
        );
      }
    }
  });

  test(`tests have seen the quoted errors: ${file}`, () => {
    const documented = Object.values(documentedErrors).flatMap((errors) => Object.values(errors));
    const seen = [...documented, ...Object.values(browserErrors), ...noPage["background-script"]];
    // Of all code, only errors begin with a capital letter and go on with words.
    for (const code of inlineCode(text).filter((code) => /^[A-Z][\w']*:? \S/.test(code))) {
      assert.ok(seen.includes(code), code);
    }
  });
}

test("docs/troubleshooting.md explains the errors that tests have seen", () => {
  const explained = inlineCode(text("docs/troubleshooting.md"));
  for (const error of Object.values(browserErrors)) assert.ok(explained.includes(error), error);
});

test("code in a column of a table is in the file that the column's heading links to", () => {
  let found = 0;
  for (const [file, text] of Object.entries(texts)) {
    for (const { heading, rows } of tables(text)) {
      heading.forEach((cell, column) => {
        const [, link] = cell.match(/\]\((.*)\)/) ?? [];
        if (!link) return;
        const source = onOneLine(read(path.join(path.dirname(file), link)));
        for (const row of rows) {
          const [, code] = row[column]?.match(/`(.*)`/) ?? [];
          if (!code) continue;
          assert.ok(source.includes(code.replaceAll("\\|", "|")), code);
          found++;
        }
      });
    }
  }
  assert.ok(found > 0);
});

test("docs/compared-with-mdn.md has each statement of MDN's code", () => {
  const compared = tables(text("docs/compared-with-mdn.md")).flatMap(({ rows }) =>
    rows.map(([documented = ""]) => documented.match(/`(.*)`/)?.[1]),
  );
  for (const script of ["content-script.js", "background-script.js"]) {
    for (const line of read(`docs/documented-example/${script}`).split("\n")) {
      const isStatement = /^\s*[^\s/})]/.test(line);
      if (isStatement) assert.ok(compared.includes(line.trim()), line);
    }
  }
});

test("the lines of the conversation in README.md are those that are logged", () => {
  const conversation = blocks(readme).find(({ language }) => language === "text");
  assert.deepEqual(byScript(conversation?.code), {
    "background-script": openedAndClicked["background-script"] ?? [],
    "content-script": [...opened["content-script"], ...buttonClicked["content-script"]],
  });
});

test("the diagram in README.md shows what is logged, and where", () => {
  const picture = blocks(readme).find(({ language }) => language === "mermaid")?.code ?? "";
  const messages = [...picture.matchAll(/^ +\w->>\w: (.*)$/gm)].map(([, message]) => message);
  const script: Record<string, string> = {};
  for (const [, letter = "", name = ""] of picture.matchAll(/participant (\w) as (.*)$/gm)) {
    script[letter] = name.replace(" ", "-");
  }
  const logged: Lines = { "background-script": [], "content-script": [] };
  for (const [, letter = "", number] of picture.matchAll(/of (\w): logs message (\d)$/gm)) {
    logged[script[letter] ?? ""]?.push(messages[Number(number) - 1] ?? "");
  }
  // Of the two lines that each message makes, the second is the message.
  const greetings = (lines: string[]) => lines.filter((_, index) => index % 2 === 1);
  assert.deepEqual(logged, {
    "background-script": greetings(openedAndClicked["background-script"] ?? []),
    "content-script": greetings([...opened["content-script"], ...buttonClicked["content-script"]]),
  });
});

test("the file tree in docs/developing.md is complete", () => {
  const [, tree = ""] = developing.match(/^## Files$.*?```text\n(.*?)```/ms) ?? [];
  /** The folders that a line is in, by its indentation. */
  const folders: string[] = [];
  const named = new Set<string>();
  for (const [, indent = "", names = ""] of tree.matchAll(
    /^( *)([^\s,]+(?:, [^\s,]+)*)(?: |$)/gm,
  )) {
    for (const name of names.split(", ")) {
      const file = path.join(...folders.slice(0, indent.length / 2), name);
      assert.ok(existsSync(path.join(root, file)), `${file} does not exist`);
      named.add(path.normalize(`${file}/`));
    }
    folders[indent.length / 2] = names;
  }
  for (const folder of ["scripts/browsers", "scripts", "src", "test"]) {
    for (const file of readdirSync(path.join(root, folder))) {
      assert.ok(named.has(path.join(folder, file, "/")), `${folder}/${file} is not named`);
    }
  }
});

test("the tables in docs/developing.md name each command and each package, and no other", () => {
  const { scripts, devDependencies } = packageJson;
  assert.deepEqual(namedIn("Command", /`npm (?:run )?(.*?)`/g), Object.keys(scripts).sort());
  assert.deepEqual(namedIn("Package", /`(.*?)`/g), Object.keys(devDependencies).sort());
});

/** What the first column of a table in docs/developing.md names, in order. */
function namedIn(title: string, pattern: RegExp) {
  const table = tables(developing).find(({ heading }) => heading[0]?.trim() === title);
  const cells = table?.rows.map(([cell]) => cell).join() ?? "";
  return [...cells.matchAll(pattern)].map(([, name]) => name).sort();
}

/** The lines as they are in the terminal, each under the name of the script that logs it. */
function byScript(lines = "") {
  const found: Lines = {};
  for (const [, script = "", line = ""] of lines.matchAll(/^\[(.*?)\] +(.*)$/gm)) {
    found[script] ??= [];
    found[script].push(line);
  }
  return found;
}
