// Commands for the tests: what a command prints can be awaited, and what it leaves behind is found.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readdirSync } from "node:fs";
import { afterEach } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import packageJson from "../package.json" with { type: "json" };
import { toEnd } from "./in-browsers.ts";
import { emptyFolder } from "./project-copy.ts";

// With the last of these, npm test would run no test.
const { DISPLAY, WAYLAND_DISPLAY, NODE_TEST_CONTEXT, ...environment } = process.env;

/** What Firefox writes as soon as it starts. */
export const locked = /parent.?lock$/;

/** A command that runs. */
export class Command {
  /** Whatever the command leaves behind is found here. */
  readonly temporaryFolder = emptyFolder();
  readonly process;
  readonly #news = new EventEmitter();
  #printed = "";
  /** What was printed and not awaited, and the exit code. */
  readonly ended: Promise<{ printed: string; exitCode: number | null }>;

  constructor(cwd: string, program: string, args: string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(program, args, {
      cwd,
      // Without colors, which the variable CI turns on.
      env: {
        ...environment,
        NO_COLOR: "1",
        // npm would keep what Node.js has compiled.
        NODE_DISABLE_COMPILE_CACHE: "1",
        TMPDIR: this.temporaryFolder,
        ...env,
      },
      // As a terminal runs a command: Ctrl-C is for its whole process group.
      detached: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.#printed += text;
        this.#news.emit("text");
      });
    }
    this.ended = once(this.process, "close").then(([exitCode]) => {
      this.#news.emit("error", new Error("The command has ended."));
      return { printed: this.#printed, exitCode };
    });
    // Nothing may be waiting when the command ends.
    this.#news.on("error", () => {});
  }

  /**
   * Waits until all these texts are printed, in whatever order, and forgets what was printed.
   *
   * @returns what was printed
   * @throws when the command ends before, or prints nothing for a minute
   */
  async prints(...texts: string[]): Promise<string> {
    const missing = () => texts.filter((text) => !this.#printed.includes(text));
    while (missing().length > 0) {
      const signal = AbortSignal.timeout(60_000);
      await once(this.#news, "text", { signal }).catch(() => {
        assert.fail(`${JSON.stringify(missing())} is not in what was printed:\n${this.#printed}`);
      });
    }
    const printed = this.#printed;
    this.#printed = "";
    return printed;
  }

  /** Waits until the command ends with an error message, without a stack trace, and leaves nothing. */
  async fails(...texts: RegExp[]) {
    const { printed, exitCode } = await this.ended;
    for (const text of texts) assert.match(printed, text);
    assert.doesNotMatch(printed, /\n {4}at /);
    assert.equal(exitCode, 1, printed);
    await this.leavesNothing();
  }

  /** Waits until the command has written so many such files. */
  async writes(file: RegExp, count = 1) {
    const written = () => readdirSync(this.temporaryFolder, { recursive: true }).map(String);
    while (written().filter((path) => file.test(path)).length < count) {
      assert.equal(this.process.exitCode, null);
      await wait(20);
    }
  }

  /** Presses Ctrl-C. The command has to end within ten seconds, and leaves nothing. */
  async endsWithoutTrace(code = 0) {
    this.signal("SIGINT");
    const tooLate = wait(10_000, { exitCode: "none after ten seconds" }, { ref: false });
    const { exitCode } = await Promise.race([this.ended, tooLate]);
    assert.equal(exitCode, code);
    await this.leavesNothing();
  }

  /** Looks for files and processes that are left. */
  async leavesNothing() {
    assert.deepEqual(readdirSync(this.temporaryFolder), []);
    // A process that was killed takes a moment to end.
    for (let tries = 0; this.#processes().length > 0 && tries < 40; tries++) await wait(50);
    assert.deepEqual(this.#processes(), []);
  }

  /** All processes that the command has started have its folder in their environment. */
  #processes() {
    const { stdout } = spawnSync("ps", ["axeww"], { encoding: "utf8" });
    const lines = stdout.split("\n").filter((line) => line.includes(this.temporaryFolder));
    return lines.map((line) => line.slice(0, 100));
  }

  /** Sends a signal to the command and to what it runs, as a terminal does. */
  signal(signal: NodeJS.Signals) {
    const { pid, exitCode, signalCode } = this.process;
    if (pid && exitCode === null && !signalCode) process.kill(-pid, signal);
  }
}

let commands: Command[] = [];
async function endAll() {
  for (const command of commands) command.signal("SIGTERM");
  await Promise.all(commands.map(({ ended }) => ended));
  commands = [];
}
afterEach(endAll);
toEnd.push(endAll);

/** Runs a program in a folder, without a display. The program is ended when the test ends. */
export function run(cwd: string, program: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const command = new Command(cwd, program, args, env);
  commands.push(command);
  return command;
}

/** What `npm run` calls the command that runs a target. */
export const startScript = (target: string) => (target === "firefox" ? "start" : `start:${target}`);

/** Runs what the npm command of a target runs, without npm between, which keeps signals to itself. */
export function start(project: string, target = "firefox", env?: NodeJS.ProcessEnv) {
  const script = (packageJson.scripts as Record<string, string>)[startScript(target)];
  assert.ok(script, `package.json has no ${startScript(target)}`);
  const [, ...args] = script.split(" ");
  return run(project, process.execPath, args, env);
}
