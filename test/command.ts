// Commands for the tests: what they print can be awaited, and what they leave behind is found.
import assert from "node:assert/strict";
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readdirSync } from "node:fs";
import { afterEach } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import packageJson from "../package.json" with { type: "json" };
import { findBrowser } from "../scripts/browsers/find.ts";
import { toEnd } from "./in-browsers.ts";
import { emptyFolder } from "./project-copy.ts";

const { DISPLAY, WAYLAND_DISPLAY, ...withoutDisplay } = process.env;
export const FIREFOX = await findBrowser("firefox");
export const windows = process.platform === "win32";

/** What Firefox writes as soon as it starts. */
export const locked = /parent.?lock$/;

/** A program that runs. What it prints can be awaited, and so can its end. */
export class Command {
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
      // Without colors, which the variable CI turns on.
      env: { ...withoutDisplay, NO_COLOR: "1", FIREFOX, TMPDIR, ...env },
      shell: windows,
      // As a terminal runs it: Ctrl-C is for its whole process group.
      detached: !windows,
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
   * when nothing is printed for a minute.
   *
   * @returns what was printed
   */
  async prints(...texts: string[]) {
    while (!texts.every((text) => this.#printed.includes(text))) {
      await once(this.#news, "text", { signal: AbortSignal.timeout(60_000) }).catch(() => {
        const expected = JSON.stringify(texts);
        assert.fail(
          `The command did not print all of ${expected}, but it printed:\n${this.#printed}`,
        );
      });
    }
    const printed = this.#printed;
    this.#printed = "";
    return printed;
  }

  /** Waits until the command ends with an error message and without a stack trace. */
  async fails(...texts: RegExp[]) {
    const { printed, exitCode } = await this.ended;
    for (const text of texts) assert.match(printed, text);
    assert.doesNotMatch(printed, /Starting|\n {4}at /);
    assert.equal(exitCode, 1);
  }

  /** Waits until the program, which runs, has written so many such files. */
  async writes(file: RegExp, count = 1) {
    const written = () => readdirSync(this.temporaryFolder, { recursive: true }).map(String);
    while (written().filter((path) => file.test(path)).length < count) {
      assert.equal(this.#process.exitCode, null);
      await wait(20);
    }
  }

  /** Presses Ctrl-C, and looks for files and processes that are left. */
  async endsWithoutTrace(code = 0) {
    this.#signal("SIGINT");
    const { exitCode } = await Promise.race([
      this.ended,
      wait(10_000, { exitCode: "It has not ended in ten seconds." }, { ref: false }),
    ]);
    assert.equal(exitCode, code);
    assert.deepEqual(readdirSync(this.temporaryFolder), []);
    // What was killed takes a moment to end.
    for (let tries = 0; this.#processes().length > 0 && tries < 40; tries++) await wait(50);
    assert.deepEqual(this.#processes(), []);
  }

  /** The processes that it has started, directly or not: all have its folder in their environment. */
  #processes() {
    const { stdout } = spawnSync("ps", ["axeww"], { encoding: "utf8" });
    const lines = stdout.split("\n").filter((line) => line.includes(this.temporaryFolder));
    return lines.map((line) => line.slice(0, 100));
  }

  kill() {
    this.#signal("SIGTERM");
  }

  #signal(signal: NodeJS.Signals) {
    const { pid, exitCode, signalCode } = this.#process;
    if (!pid || exitCode !== null || signalCode) return;
    process.kill(windows ? pid : -pid, signal);
  }
}

let commands: Command[] = [];
async function endAll() {
  for (const command of commands) command.kill();
  await Promise.all(commands.map(({ ended }) => ended));
  commands = [];
}
afterEach(endAll);
toEnd.push(endAll);

/** Runs a program in a folder, without a display; it is ended when the test ends. */
export function run(cwd: string, program: string, args: string[], env = {}) {
  const command = new Command(cwd, program, args, env);
  commands.push(command);
  return command;
}

export type StartScript = "start" | "start:mv3" | "start:chromium";

/** Runs what an npm command runs, without npm between, which keeps signals to itself. */
export function start(project: string, script: StartScript = "start", env = {}) {
  const [, ...args] = packageJson.scripts[script].split(" ");
  return run(project, process.execPath, args, env);
}
