// What the commands do and say, tried in a copy of the project for each test that breaks one.
import assert from "node:assert/strict";
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, test } from "node:test";
import JSZip from "jszip";
import packageJson from "../package.json" with { type: "json" };
import { findBrowser } from "../scripts/browsers/find.ts";
import { serve } from "../scripts/browsers/serve.ts";
import { root } from "../scripts/project.ts";
import { skipChromium } from "./harness.ts";
import { buttonClicked, type Lines, opened, pageClicked } from "./lines.ts";
import { copyProject, edit, emptyFolder } from "./project-copy.ts";

const { DISPLAY, WAYLAND_DISPLAY, ...withoutDisplay } = process.env;
const FIREFOX = await findBrowser("firefox");
const windows = process.platform === "win32";

/** A program that runs. What it prints can be awaited, and so can its end. */
class Command {
  /** Whatever it leaves behind is found here. */
  readonly temporaryFolder = emptyFolder();
  readonly #process;
  readonly #news = new EventEmitter();
  #printed = "";
  /** All that it has printed, but for what was awaited, and its exit code. */
  readonly ended: Promise<{ printed: string; exitCode: number | null }>;

  constructor(cwd: string, program: string, args: string[], env = {}) {
    const TMPDIR = this.temporaryFolder;
    const options: SpawnOptions = {
      cwd,
      env: { ...withoutDisplay, FIREFOX, TMPDIR, ...env },
      shell: windows,
    };
    this.#process = spawn(program, args, options);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        this.#printed += text;
        this.#news.emit("text");
      });
    }
    this.ended = once(this.#process, "close").then(() => ({
      printed: this.#printed,
      exitCode: this.#process.exitCode,
    }));
  }

  /**
   * Waits until all these texts are printed, in whatever order, and forgets what was printed. Fails
   * when nothing is printed for half a minute.
   *
   * @returns what was printed
   */
  async prints(...texts: string[]) {
    while (!texts.every((text) => this.#printed.includes(text))) {
      await once(this.#news, "text", { signal: AbortSignal.timeout(30_000) }).catch(() => {
        const expected = JSON.stringify(texts);
        assert.fail(`Not all of ${expected} is printed, but this is:\n${this.#printed}`);
      });
    }
    const printed = this.#printed;
    this.#printed = "";
    return printed;
  }

  /** Waits for an end with an error that is said in words. */
  async fails(...texts: RegExp[]) {
    const { printed, exitCode } = await this.ended;
    for (const text of texts) assert.match(printed, text);
    assert.doesNotMatch(printed, /Starting|\n {4}at /);
    assert.equal(exitCode, 1);
  }

  /** Presses Ctrl-C, and looks for files and processes that are left. */
  async endsWithoutTrace() {
    this.#process.kill("SIGINT");
    const { exitCode } = await this.ended;
    assert.equal(exitCode, 0);
    assert.deepEqual(readdirSync(this.temporaryFolder), []);
    const { stdout } = spawnSync("ps", ["-Ao", "args"], { encoding: "utf8" });
    assert.doesNotMatch(stdout, new RegExp(this.temporaryFolder));
  }

  kill() {
    this.#process.kill();
  }
}

let commands: Command[] = [];
const killAll = () => commands.map((command) => command.kill());
afterEach(async () => {
  killAll();
  await Promise.all(commands.map(({ ended }) => ended));
  commands = [];
});
// Also when the tests are interrupted.
process.on("exit", killAll);

function run(cwd: string, program: string, args: string[], env = {}) {
  const command = new Command(cwd, program, args, env);
  commands.push(command);
  return command;
}

type StartScript = "start" | "start:mv3" | "start:chromium";

/** Runs what an npm command runs, without npm between, which keeps signals to itself. */
function start(project: string, script: StartScript = "start", env = {}) {
  const [, ...args] = packageJson.scripts[script].split(" ");
  return run(project, process.execPath, args, env);
}

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

/** What a content script may log, too: each call for itself, since its lines are awaited for themselves. */
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
    test("the conversation, whatever is logged, saving, mistakes, Ctrl-C", async (t) => {
      // If somebody else has taken it, so much the better.
      const taken = await serve({}, 8080).catch(() => undefined);
      t.after(() => taken?.close());
      const project = copyProject();
      const command = start(project, script as StartScript);
      await command.prints(
        "Port 8080 is taken: the demo page takes another.",
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
  await command.prints("Reloading …", ...conversation);

  const manifest = path.join(project, folder, "manifest.json");
  const name = path.join(folder, "manifest.json");
  for (const [right, wrong, reasons] of [
    [',\n  "name":', '\n  "name":', ["Expected ',' or '}'", `in ${name}`, "> 3 |"]],
    ["dist/content-script.js", "dist/absent.js", [`${name} names`, "not there: dist/absent.js"]],
    ['["<all_urls>"],\n      "js"', '7,\n      "js"', [refused]],
  ] as const) {
    edit(manifest, right, wrong);
    await command.prints("Not reloaded: ", ...reasons, "The version before keeps running.");
    edit(manifest, wrong, right);
    await command.prints("Reloading …", ...conversation);
  }

  const icons = path.join(project, folder, "icons");
  const [icon = ""] = readdirSync(icons);
  appendFileSync(path.join(icons, icon), "\n");
  await command.prints("Reloading …", ...conversation);
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

describe("npm start", () => {
  test("Ctrl-C while Firefox starts", async () => {
    const command = start(copyProject());
    await command.prints("Starting ");
    await command.endsWithoutTrace();
  });

  test("the build fails", async () => {
    const project = copyProject();
    const [, greeting] = opened["content-script"];
    edit(path.join(project, "src/background-script.ts"), `"${greeting}"`, "42");
    await start(project).fails(/TS2322/, /Fix this, then run the command again\./);
  });

  test("the manifest is no JSON, or names a file that is not there", async () => {
    const project = copyProject();
    const manifest = path.join(project, "manifest.json");
    edit(manifest, "dist/content-script.js", "dist/absent.js");
    await start(project).fails(/manifest\.json names a file that is not there: dist\/absent\.js/);
    edit(manifest, '"manifest_version": 2,', '"manifest_version": 2');
    await start(project).fails(
      /Expected ',' or '}' .* in manifest\.json/,
      /> 3 \|/,
      /Fix this, then/,
    );
  });

  test("FIREFOX names no program, or another one, which may be in PATH", async () => {
    for (const [FIREFOX, reason] of [
      ["/no/firefox", "there is no program there"],
      [process.execPath, "that is no Firefox"],
      [path.basename(process.execPath), "that is no Firefox"],
    ] as const) {
      const PATH = path.dirname(process.execPath);
      await start(root, "start", { FIREFOX, PATH }).fails(
        new RegExp(`FIREFOX is set to "${FIREFOX}", and ${reason}\\.`),
      );
    }
  });
});

test("npm run start:chromium: CHROMIUM names another program", () =>
  start(root, "start:chromium", { CHROMIUM: FIREFOX }).fails(/and that is no Chromium\./));

describe("what is missing is said in a line", () => {
  test("npm ci was not run", async () => {
    const project = copyProject();
    rmSync(path.join(project, "node_modules"));
    for (const script of ["start", "build", "check", "icons"]) {
      await run(project, "npm", ["run", script]).fails(/are not installed\. Run npm ci, then/);
    }
  });

  test("Node.js is too old", async () => {
    const project = copyProject();
    edit(path.join(project, "package.json"), `"${packageJson.engines.node}"`, '">=99"');
    for (const script of ["start", "build"]) {
      await run(project, "npm", ["run", script]).fails(/This is Node\.js v.*\. Install a version/);
    }
  });
});

describe("npm run", () => {
  const project = copyProject();

  for (const [command, icons] of Object.entries({
    package: ["icons/port.svg"],
    "package:mv3": [128, 16, 32, 48].map((size) => `icons/port-${size}.png`),
  })) {
    test(`${command}: the manifest, the scripts and the icons, nothing else`, async () => {
      const artifacts = path.join(project, "web-ext-artifacts");
      rmSync(artifacts, { recursive: true, force: true });
      const { exitCode, printed } = await run(project, "npm", ["run", command]).ended;
      assert.equal(exitCode, 0, printed);
      const [file = "", ...others] = readdirSync(artifacts);
      assert.deepEqual(others, []);
      const { files } = await JSZip.loadAsync(readFileSync(path.join(artifacts, file)));
      assert.deepEqual(
        Object.keys(files)
          .filter((name) => !name.endsWith("/"))
          .sort(),
        ["dist/background-script.js", "dist/content-script.js", ...icons, "manifest.json"],
      );
    });
  }

  test("build: a line a script", async () => {
    const { printed } = await run(project, "npm", ["run", "build"]).ended;
    assert.equal(printed.match(/^ +asset (background|content)-script\.js /gm)?.length, 4);
    assert.doesNotMatch(printed, /modules/);
  });

  test("build: the same bytes wherever the project is", () => {
    for (const dist of ["dist", "mv3/dist"]) {
      for (const file of readdirSync(path.join(project, dist))) {
        const here = readFileSync(path.join(root, dist, file), "utf8");
        assert.equal(readFileSync(path.join(project, dist, file), "utf8"), here);
      }
    }
  });
});

for (const [folder, known] of Object.entries({
  ".": [],
  // Chromium needs the key that Firefox ignores.
  mv3: ["BACKGROUND_SERVICE_WORKER_IGNORED"],
})) {
  test(`web-ext lint of ${folder}: nothing but what is known`, () => {
    const options = { cwd: root, encoding: "utf8", shell: windows } as const;
    const lint = ["web-ext", "lint", `--source-dir=${folder}`, "--output=json"];
    const { errors, notices, warnings } = JSON.parse(spawnSync("npx", lint, options).stdout);
    assert.deepEqual([...errors, ...notices], []);
    assert.deepEqual(
      warnings.map(({ code }: { code: string }) => code),
      known,
    );
  });
}
