// What the commands do and say, tried in a copy of the project for each test that breaks one.
import assert from "node:assert/strict";
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, test } from "node:test";
import JSZip from "jszip";
import packageJson from "../package.json" with { type: "json" };
import { findBrowser } from "../scripts/browsers/find.ts";
import { serve } from "../scripts/browsers/serve.ts";
import { root } from "../scripts/project.ts";
import { skipChromium as skip } from "./harness.ts";
import { opened } from "./lines.ts";
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
   */
  async prints(...texts: string[]) {
    while (!texts.every((text) => this.#printed.includes(text))) {
      await once(this.#news, "text", { signal: AbortSignal.timeout(30_000) }).catch(() => {
        const expected = JSON.stringify(texts);
        assert.fail(`Not all of ${expected} is printed, but this is:\n${this.#printed}`);
      });
    }
    this.#printed = "";
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

/** Runs what an npm command runs, without npm between, which keeps signals to itself. */
function start(project: string, script: "start" | "start:chromium" = "start", env = {}) {
  const [, ...args] = packageJson.scripts[script].split(" ");
  return run(project, process.execPath, args, env);
}

describe("npm start", () => {
  test("its port is taken, the lines of both scripts, saving, a type error, Ctrl-C", async (t) => {
    // If somebody else has taken it, so much the better.
    const taken = await serve({}, 8080).catch(() => undefined);
    t.after(() => taken?.close());
    const project = copyProject();
    const command = start(project);
    await command.prints(
      "Port 8080 is taken: the demo page takes another.",
      "headless because there is no display",
      ...opened["content-script"].map((line) => `\n[content-script]    ${line}\n`),
      ...opened["background-script"].map((line) => `\n[background-script] ${line}\n`),
      "Press Ctrl-C to stop.",
    );

    const script = path.join(project, "src/content-script.ts");
    const [greeting] = opened["background-script"].slice(1);
    edit(script, `"${greeting}"`, "42");
    await command.prints("TS2322", "The last version without errors keeps running.");
    const running = readFileSync(path.join(project, "dist/content-script.js"), "utf8");
    assert.ok(running.includes(`"${greeting}"`));

    edit(script, "42", '"hello again"');
    await command.prints("Reloading …", "[background-script] hello again");

    // The manifest is one of the sources.
    const manifest = path.join(project, "manifest.json");
    edit(manifest, '"manifest_version": 2,', '"manifest_version": 2');
    await command.prints("Reloading …", "Not reloaded: ");
    edit(manifest, '"manifest_version": 2', '"manifest_version": 2,');
    await command.prints("Reloading …", "[background-script] hello again");

    await command.endsWithoutTrace();
  });

  test("Ctrl-C while Firefox starts", async () => {
    const command = start(copyProject());
    await command.prints("Starting ");
    await command.endsWithoutTrace();
  });

  test("the build fails", async () => {
    const project = copyProject();
    const [, greeting] = opened["content-script"];
    edit(path.join(project, "src/background-script.ts"), `"${greeting}"`, "42");
    await start(project).fails(
      /TS2322/,
      /No browser was started\. Fix this, then run the command again\./,
    );
  });

  test("FIREFOX names no program", () =>
    start(root, "start", { FIREFOX: "/no/firefox" }).fails(
      /FIREFOX is set to "\/no\/firefox", and there is no program there\./,
    ));
});

describe("npm run start:chromium", () => {
  test("there is no display", { skip }, () =>
    start(root, "start:chromium").fails(
      /There is no display, and Chromium shows the lines in its windows alone\./,
    ),
  );

  test("CHROMIUM names another program", () =>
    start(root, "start:chromium", { CHROMIUM: FIREFOX }).fails(
      /is no Chromium\. Set CHROMIUM to the path of one\./,
    ));
});

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
