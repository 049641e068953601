// README.md and the pages in docs/ say what is so: their code, commands, files, lines, and errors are those of
// the project, and README.md is as short as it promises to be.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { root } from "../scripts/project.ts";
import type { Lines } from "./console-lines.ts";
import { noPage, openedAndClicked, openedByButton } from "./conversation.ts";
import { browserErrors, documentedErrors } from "./error-texts.ts";

const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const readme = read("README.md");
const pages = readdirSync(path.join(root, "docs"))
  .filter((file) => file.endsWith(".md"))
  .map((file) => `docs/${file}`);

/** The blocks of code in a page: their language, the file that they are from, and the code. */
const blocks = (page: string) =>
  [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language = "", file = "", code = ""]) => ({ language, file, code }),
  );
const withoutBlocks = (page: string) => page.replace(/^```.*?^```$/gms, "");

/** Code within a sentence or a table, where a backslash precedes a vertical bar. */
const inlineCode = (page: string) =>
  [...withoutBlocks(page).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) =>
    code.replaceAll("\\|", "|"),
  );

const sources = ["background-script", "content-script", "message", "page"].map((name) =>
  read(`src/${name}.ts`),
);
const errors = [
  ...Object.values(documentedErrors).flatMap((ofBrowser) => Object.values(ofBrowser)),
  ...Object.values(browserErrors),
  ...noPage["background-script"],
];

test("README.md takes six minutes: at most 1,150 words, 60 lines of code, and 170 lines in all", () => {
  const lines = (text: string) => text.trimEnd().split("\n").length;
  const words = withoutBlocks(readme).trim().split(/\s+/).length;
  const code = blocks(readme).filter(({ language }) => language === "ts");
  const linesOfCode = code.reduce((sum, { code }) => sum + lines(code), 0);
  assert.ok(words <= 1_150, `${words} words`);
  assert.ok(linesOfCode <= 60, `${linesOfCode} lines of code`);
  assert.ok(lines(readme) <= 170, `${lines(readme)} lines`);
});

test("the lines of the conversation in README.md are those that the scripts log", () => {
  const [conversation] = blocks(readme).filter(({ language }) => language === "text");
  const shown: Lines = { "background-script": [], "content-script": [] };
  for (const [, script = "", line = ""] of conversation?.code.matchAll(/^\[(.*?)\] +(.*)$/gm) ??
    []) {
    shown[script]?.push(line);
  }
  assert.deepEqual(shown, {
    "background-script": openedAndClicked["background-script"],
    "content-script": openedByButton["content-script"],
  });
});

for (const file of ["README.md", ...pages]) {
  const page = read(file);

  test(`${file} quotes code as it is in the files`, () => {
    for (const { language, file, code } of blocks(page)) {
      if (["json", "ts"].includes(language)) assert.ok(read(file).includes(code), code);
    }
    for (const code of inlineCode(page).filter((code) => code.endsWith(";"))) {
      assert.ok(
        sources.some((source) => source.includes(code)),
        code,
      );
    }
  });

  test(`${file} names commands and files that exist`, () => {
    for (const [, command = ""] of page.matchAll(/\bnpm run ([\w:]*\w)/g)) {
      assert.ok(command in packageJson.scripts, command);
    }
    const isPath = /^(?:docs|icons|mv3|scripts|src|test)\/\S*$|^[\w.-]+\.(?:c?js|json|ts|md)$/;
    for (const code of inlineCode(page).filter((code) => isPath.test(code))) {
      const places = [code, path.join(path.dirname(file), code)];
      assert.ok(
        places.some((place) => existsSync(path.join(root, place))),
        code,
      );
    }
  });

  test(`${file} quotes errors that tests have seen`, () => {
    // Of all code, only errors begin with a capital letter and go on with words.
    for (const code of inlineCode(page).filter((code) => /^[A-Z][\w']*:? \S/.test(code))) {
      assert.ok(errors.includes(code), code);
    }
  });
}

test("docs/troubleshooting.md explains the errors that tests have seen", () => {
  const explained = inlineCode(read("docs/troubleshooting.md"));
  for (const error of Object.values(browserErrors)) assert.ok(explained.includes(error), error);
});
