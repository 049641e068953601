// What npm start, npm run start:mv3 and npm run start:chromium do and say without a display, tried in a copy
// of the project.
import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { serve } from "../scripts/browsers/serve.ts";
import { root, type Target, targets } from "../scripts/project.ts";
import { type Command, FIREFOX, locked, type StartScript, start } from "./command.ts";
import type { Lines } from "./console-lines.ts";
import { buttonClicked, opened, pageClicked } from "./conversation.ts";
import { inFirefox, skipChromium } from "./in-browsers.ts";
import { copyExtension, copyProject, edit } from "./project-copy.ts";

/** How the terminal shows lines. */
const shown = (lines: Lines) =>
  Object.entries(lines).flatMap(([script, texts]) =>
    texts.map((text) => `\n${`[${script}]`.padEnd(20)}${text}\n`),
  );
const conversation = [
  ...shown(opened),
  "\nClicking the page …\n",
  ...shown(pageClicked),
  "\nClicking the toolbar button …\n",
  ...shown(buttonClicked),
];

/** What else a content script may log. */
const manyLines = 1_000;
const noise = `
console.log([1, "two"], new Map([[1, { a: 1 }]]), null, 5n);
console.error("an error", new Error("inside"));
console.table([{ column: 1 }]);
console.group("a group");
console.groupEnd();
console.log('a "quoted", source: chrome-extension://x/y.js (1)\\nline, \\x1b[31man escape');
console.log("lo".repeat(${1e6 / 2}) + "ng");
for (let i = 0; i < ${manyLines}; i++) console.log("line " + i);
throw new TypeError("nobody catches this");
`;
const noiseInFirefox = [
  '    [1, "two"] Map {1 → Object {…}} null 5n\n',
  "    error: an error Error: inside\n",
  "│ (index) │ column │\n",
];
const noiseInChromium = ["    1,two [object Map] null 5n\n", "    an error Error: inside\n"];

for (const [script, { folder, skip, noisy, refused }] of Object.entries({
  start: {
    folder: ".",
    skip: false,
    noisy: noiseInFirefox,
    refused: "Error processing content_scripts",
  },
  "start:mv3": { folder: "mv3", skip: false, noisy: undefined, refused: "" },
  "start:chromium": {
    folder: "mv3",
    skip: skipChromium,
    noisy: noiseInChromium,
    refused: "Error at key 'content_scripts'",
  },
})) {
  describe(`npm run ${script}`, { skip }, () => {
    test("prints the conversation and all that is logged, reloads on save, explains mistakes, ends on Ctrl-C", async (t) => {
      // Another program that uses the port may release it before the command starts.
      const taken = await serve({}, 8080).catch(() => undefined);
      t.after(() => taken?.close());
      const project = copyProject();
      const command = start(project, script as StartScript);
      await command.prints(
        ...(taken ? ["TCP port 8080 is in use, so the demo page uses another port."] : []),
        "headless because there is no display",
        "Press Ctrl-C to stop.",
        ...conversation,
      );
      if (noisy) {
        await saves(command, project, folder, refused);
        await prints(command, project, noisy);
      }
      await command.endsWithoutTrace();
    });
  });
}

/** Sources, manifest and icons go live. Mistakes in them are explained, and the version before runs on. */
async function saves(command: Command, project: string, folder: string, refused: string) {
  const script = path.join(project, "src/content-script.ts");
  const [greeting] = opened["background-script"].slice(1);
  edit(script, `"${greeting}"`, "42");
  await command.prints("TS2322", "The last version without errors keeps running.");
  const running = readFileSync(path.join(project, folder, "dist/content-script.js"), "utf8");
  assert.ok(running.includes(`"${greeting}"`));
  edit(script, "42", `"${greeting}"`);
  await command.prints("Reloading the extension …", ...conversation);

  const manifest = path.join(project, folder, "manifest.json");
  const name = path.join(folder, "manifest.json");
  for (const [right, wrong, reasons] of [
    [',\n  "name":', '\n  "name":', ["Expected ',' or '}'", `in ${name}`, "> 3 |"]],
    [
      "dist/content-script.js",
      "dist/absent.js",
      [`${name} names`, "does not exist: dist/absent.js"],
    ],
    ['"matches": [', '"matches": 7, "others": [', [refused]],
  ] as const) {
    edit(manifest, right, wrong);
    await command.prints(
      "The extension was not reloaded: ",
      ...reasons,
      "The last version without errors keeps running.",
    );
    edit(manifest, wrong, right);
    await command.prints("Reloading the extension …", ...conversation);
  }

  const icons = path.join(project, folder, "icons");
  const [icon = ""] = readdirSync(icons);
  appendFileSync(path.join(icons, icon), "\n");
  await command.prints("Reloading the extension …", ...conversation);
}

/** Nothing is lost or in disorder, no escape reaches the terminal, and errors say where in src/. */
async function prints(command: Command, project: string, noisy: string[]) {
  const script = path.join(project, "src/content-script.ts");
  appendFileSync(script, noise);
  const lastLine = readFileSync(script, "utf8").split("\n").length - 1;
  const printed = await command.prints(
    ...noisy,
    "    a group\n",
    '    a "quoted", source: chrome-extension://x/y.js (1)\n',
    "\n                    line, \\x1B[31man escape\n",
    `${"lo".repeat(1e6 / 2)}ng\n`,
    "uncaught: TypeError: nobody catches this\n",
    `at src/content-script.ts:${lastLine}\n`,
    ...shown(buttonClicked),
  );
  assert.deepEqual(
    [...printed.matchAll(/^\[content-script\] {4}line (\d+)$/gm)].map(([, i]) => Number(i)),
    Array.from({ length: manyLines }, (_, i) => i),
  );
  assert.ok(!printed.includes("\x1b") && !printed.includes("groupEnd"));
}

const icon = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="${color}"/></svg>`;
const copies = { 2: withIcon(targets.firefox), 3: withIcon(targets.mv3) };

function withIcon({ folder }: Target) {
  const copy = copyExtension(folder, ["dist"], ({ browser_action, action = browser_action }) => {
    Object.assign(action ?? {}, { default_icon: "icon.svg" });
  });
  writeFileSync(path.join(copy, "icon.svg"), icon("#ff0000"));
  return copy;
}

inFirefox(
  "the reload on save",
  { folder: ({ manifestVersion }) => copies[manifestVersion] },
  (run) => {
    test("the toolbar shows a new icon", async () => {
      await run.extension.evaluate(buttonHasColor, "255,0,0");
      writeFileSync(path.join(copies[run.target.manifestVersion], "icon.svg"), icon("#0000ff"));
      await run.extension.reload();
      await run.extension.evaluate(buttonHasColor, "0,0,255");
    });
  },
);

/** Runs in Firefox: waits until the middle of the button has a color. */
async function buttonHasColor(color: string) {
  const { document, browsingContext, requestAnimationFrame } =
    Services.wm.getMostRecentWindow("navigator:browser");
  let found = "";
  for (let frames = 0; found !== color; frames++) {
    if (frames === 300) throw new Error(`The button's color is ${found}.`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const button = document.querySelector(".unified-extensions-item[id$=-browser-action]");
    const { x = 0, y = 0, width = 0, height = 0 } = button?.getBoundingClientRect() ?? {};
    const middle = new DOMRect(x + width / 2, y + height / 2, 1, 1);
    const snapshot = await browsingContext.currentWindowGlobal.drawSnapshot(middle, 1, "white");
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context?.drawImage(snapshot, 0, 0);
    found = String(context?.getImageData(0, 0, 1, 1).data.slice(0, 3));
  }
}

describe("npm start", () => {
  test("ends on Ctrl-C while Firefox starts", async () => {
    const command = start(copyProject());
    await command.writes(locked);
    await command.endsWithoutTrace();
  });

  const skip = process.platform !== "linux" && "Only Linux has displays that do not exist";
  test("ends with Firefox, and leaves nothing", { skip }, async () => {
    const command = start(copyProject(), "start", { DISPLAY: ":99999" });
    const { printed, exitCode } = await command.ended;
    assert.match(printed, /\n\nThe browser has ended\. Start it by itself to see why\.\n$/);
    assert.equal(exitCode, 1);
    assert.deepEqual(readdirSync(command.temporaryFolder), []);
  });

  test("explains a build that fails", async () => {
    const project = copyProject();
    const [, greeting] = opened["content-script"];
    edit(path.join(project, "src/background-script.ts"), `"${greeting}"`, "42");
    await start(project).fails(/TS2322/, /Fix this, and run the command again\./);
  });

  test("explains a manifest that is not valid JSON, or that names a file that does not exist", async () => {
    const project = copyProject();
    const manifest = path.join(project, "manifest.json");
    edit(manifest, "dist/content-script.js", "dist/absent.js");
    await start(project).fails(/manifest\.json names a file that does not exist: dist\/absent\.js/);
    edit(manifest, '"manifest_version": 2,', '"manifest_version": 2');
    await start(project).fails(
      /Expected ',' or '}' .* in manifest\.json/,
      /> 3 \|/,
      /Fix this, and run/,
    );
  });

  test("refuses a FIREFOX that is not a program, or another program", async () => {
    for (const [FIREFOX, reason] of [
      ["/no/firefox", "there is no program at that path"],
      [process.execPath, "that program is not Firefox"],
      [path.basename(process.execPath), "that program is not Firefox"],
    ] as const) {
      const PATH = path.dirname(process.execPath);
      await start(root, "start", { FIREFOX, PATH }).fails(
        new RegExp(`FIREFOX is set to "${FIREFOX}", but ${reason}\\.`),
      );
    }
  });
});

test("npm run start:chromium refuses a CHROMIUM that is another program", () =>
  start(root, "start:chromium", { CHROMIUM: FIREFOX }).fails(/but that program is not Chromium\./));
