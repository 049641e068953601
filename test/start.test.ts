// What the start commands do and say without a display, tried in a copy of the project.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { serve } from "../scripts/browsers/serve.ts";
import { filesOf } from "../scripts/extension-files.ts";
import { root } from "../scripts/project.ts";
import { type Command, locked, start, startScript } from "./command.ts";
import type { Lines } from "./console-lines.ts";
import { clickedByStart, opened } from "./conversation.ts";
import { current } from "./in-browsers.ts";
import { copyProject, edit } from "./project-copy.ts";

/** How the terminal shows lines. */
const shown = (lines: Lines) =>
  Object.entries(lines).flatMap(([script, texts]) =>
    texts.map((text) => `\n${`[${script}]`.padEnd(20)}${text}\n`),
  );
const conversation = [
  ...shown(opened),
  ...Object.entries(clickedByStart).flatMap(([says, lines]) => [`\n${says}\n`, ...shown(lines)]),
];
const reloaded = ["\nReloading the extension …\n", ...conversation];
const keepsRunning = "The last version without errors keeps running.";

/** What else a content script may log. */
const manyLines = 1_000;
const noise = `
console.log([1, "two"], { a: 1 }, null, [, 1]);
console.error("an error", new Error("inside"));
console.log("moz-extension://x/dist/none.js:1:2");
console.group("a group");
console.groupEnd();
console.log('a "quoted", source: chrome-extension://x/y.js (1)\\nline, \\x1b[31man escape');
console.log("lo".repeat(${1e6 / 2}) + "ng");
for (let i = 0; i < ${manyLines}; i++) console.log("line " + i);
(myPort as browser.runtime.Port | undefined)?.onMessage.addListener(() => { throw new RangeError("in a listener"); });
throw new TypeError("nobody catches this");
`;

/** How the browsers show what is logged, and why they refuse a manifest. */
const saidBy = {
  firefox: {
    noisy: ["    [ 1, 'two' ] { a: 1 } null [ null, 1 ]\n", "    error: an error Error: inside\n"],
    refused: "Error processing content_scripts",
  },
  chromium: {
    noisy: ["    1,two [object Object] null ,1\n", "    an error Error: inside\n"],
    refused: "Error at key 'content_scripts'",
  },
};

for (const { key, browser, skip, ...target } of current) {
  const folder = path.relative(root, target.folder);
  const { noisy, refused } = saidBy[browser];
  describe(`npm run ${startScript(key)}`, { skip }, () => {
    test("prints the conversation and all that is logged, reloads on save, explains mistakes, ends on Ctrl-C", async (t) => {
      // Another program that uses the port may release it before the command starts.
      const taken = await serve({}, 8080).catch(() => undefined);
      t.after(() => taken?.close());
      const project = copyProject();
      const command = start(project, key);
      const printed = await command.prints(
        ...(taken ? ["TCP port 8080 is in use, so the demo page uses another port."] : []),
        "headless because there is no display",
        "Press Ctrl-C to stop.",
        ...conversation,
      );
      await showsSavedFiles(command, project, folder, printed);
      // Once in each browser.
      if (key === browser) {
        await explainsMistakes(command, project, folder, refused);
        await printsAll(command, project, noisy);
      }
      await command.endsWithoutTrace();
      assert.ok(!existsSync(path.join(project, folder, "dist")));
    });
  });
}

/** The terminal names the files that the manifest names, and saving any of them reloads the extension. */
async function showsSavedFiles(command: Command, project: string, folder: string, printed: string) {
  const files = filesOf(path.join(root, folder)).map((file) => path.join(folder, file));
  const notBuilt = files.filter((file) => !/\bdist\b|manifest\.json$/.test(file));
  assert.ok(notBuilt.length > 0);
  for (const file of notBuilt) {
    assert.ok(printed.includes(file));
    appendFileSync(path.join(project, file), "\n");
    await command.prints(...reloaded);
  }
}

/** A mistake is explained, and the version before keeps running. */
async function explainsMistakes(
  command: Command,
  project: string,
  folder: string,
  refused: string,
) {
  const script = path.join(project, "src/background-script.ts");
  const manifest = path.join(project, folder, "manifest.json");
  const named = path.join(folder, "manifest.json");
  const settings = path.join(project, "tsconfig.json");
  for (const [file, right, wrong, reasons] of [
    [script, '"./message"', '"./massage"', ["TS2307", "The extension was not built."]],
    [manifest, '"manifest_version"', '"manifest_version', [named, "is not valid JSON"]],
    [manifest, "dist/content-script.js", "dist/absent.js", [named, "exist: dist/absent.js"]],
    [settings, '"strict": true', '"strict": false', ["tsconfig.json has changed."]],
    [manifest, '"matches": [', '"matches": 7, "others": [', ["was not reloaded: ", refused]],
  ] as const) {
    edit(file, right, wrong);
    await command.prints(...reasons, keepsRunning);
    edit(file, wrong, right);
    await command.prints(...reloaded);
  }

  edit(manifest, '"name"', '"options_ui": { "page": "options.html?a#b" }, "name"');
  await command.prints("exist: options.html", keepsRunning);
  writeFileSync(path.join(project, folder, "options.html"), "<!doctype html>");
  await command.prints(...reloaded);

  const limit = (bytes: string) =>
    spawnSync("prlimit", [`--pid=${command.process.pid}`, `--fsize=${bytes}:`]);
  limit("1000");
  edit(script, '"./message";', '"./message";console.debug();');
  await command.prints("cannot be written", "EFBIG", "The extension was not built.", keepsRunning);
  limit("unlimited");
  edit(script, "console.debug();", "");
  await command.prints(...reloaded);
}

/** Nothing is lost or in disorder, no escape sequence reaches the terminal, and errors name their place in src/. */
async function printsAll(command: Command, project: string, noisy: string[]) {
  const script = path.join(project, "src/content-script.ts");
  appendFileSync(script, noise);
  const lastLine = readFileSync(script, "utf8").split("\n").length - 1;
  const printed = await command.prints(
    ...noisy,
    "    moz-extension://x/dist/none.js:1:2\n",
    "    a group\n",
    '    a "quoted", source: chrome-extension://x/y.js (1)\n',
    "\n                    line, \\x1B[31man escape\n",
    `${"lo".repeat(1e6 / 2)}ng\n`,
    "uncaught: TypeError: nobody catches this\n",
    `at src/content-script.ts:${lastLine}\n`,
    "uncaught: RangeError: in a listener\n",
    `at src/content-script.ts:${lastLine - 1}`,
    ...conversation.slice(-1),
  );
  assert.deepEqual(
    [...printed.matchAll(/^\[content-script\] {4}line (\d+)$/gm)].map(([, i]) => Number(i)),
    Array.from({ length: manyLines }, (_, i) => i),
  );
  assert.ok(!printed.includes("\x1b") && !printed.includes("groupEnd"));
}

test("npm start ends on Ctrl-C while Firefox starts", async () => {
  const command = start(copyProject());
  await command.writes(locked);
  await command.endsWithoutTrace();
});
