// Runs the tests in test/, after npm test has checked and built what they test. With a name, such as
// flood, it runs those in one file.
import { readdirSync } from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { findBrowser, lookForBrowser } from "./browsers/find.ts";
import { root } from "./project.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** This many keep two cores busy. */
const filesAtATime = 4;
/** These take longest, so they begin first. */
const longest = ["commands", "readme", "documented", "start", "idle", "lifetime"];
/** Longer messages, such as a difference of a thousand lines, are cut. */
const linesOfAMessage = 30;

const only = process.argv[2];
/** The tests in flood.test.ts, with more of everything. */
const soak = process.env.npm_lifecycle_event === "soak";
const files = readdirSync(path.join(root, "test"))
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => path.basename(file, ".test.ts"))
  .filter((name) => !only || name === only)
  .sort((a, b) => longest.indexOf(b) - longest.indexOf(a));

temporaryFolder();

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => interrupted.abort());
}

const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1_000);
const running = new Set<string>();
const failed: string[] = [];
let passed = 0;
let skipped = 0;

function say(line: string) {
  console.log(line);
  silence.refresh();
}
const silence = setInterval(() => {
  say(`… ${seconds()} s: still running ${[...running].join(", ")}`);
}, 15_000);

try {
  // Once, before tests run side by side, since it may have to be fetched.
  const firefox = await findBrowser("firefox");
  process.env.FIREFOX = firefox;
  const chromium = await lookForBrowser("chromium");
  say(
    chromium
      ? `Testing in ${firefox} and in ${chromium}.`
      : `Testing in ${firefox}. Chromium is not installed, so its tests are skipped: install it, or set CHROMIUM to its path.`,
  );
  const duration = soak ? "ten minutes" : chromium ? "three minutes" : "two minutes";
  if (!only || soak) say(`This takes about ${duration} on two cores.\n`);
  await Promise.all(Array.from({ length: filesAtATime }, runFiles));
} catch (error) {
  failed.push((error as Error).message);
}
clearInterval(silence);
console.log(["", ...failed.map((name) => `✖ ${name}`), `After ${seconds()} s:`].join("\n"));
console.log(`${passed} passed, ${failed.length} failed, ${skipped} skipped`);
if (interrupted.signal.aborted) console.log("The tests were interrupted.");
process.exitCode = failed.length > 0 || interrupted.signal.aborted ? 1 : 0;

/** Runs one file after another until all have begun. */
async function runFiles() {
  for (let name = files.shift(); name && !interrupted.signal.aborted; name = files.shift()) {
    running.add(name);
    await runFile(name);
    running.delete(name);
  }
}

/** Runs the tests of one file, and says how each goes as soon as it ends. */
async function runFile(name: string) {
  const file = path.join(root, "test", `${name}.test.ts`);
  /** The file, and the suites that a test is in, from the outside to the inside. */
  const suites = [name];
  const { signal } = interrupted;
  // A test that hangs is ended.
  const timeout = soak ? 1_800_000 : 600_000;
  for await (const { type, data } of run({ files: [file], signal, timeout })) {
    if (type === "test:stdout" || type === "test:stderr") process.stdout.write(data.message);
    if (type === "test:start") suites[data.nesting + 1] = data.name;
    if (signal.aborted || (type !== "test:pass" && type !== "test:fail")) continue;
    const name = suites
      .slice(0, data.nesting + 1)
      .concat(data.name)
      .join(" › ");
    if (data.skip !== undefined) {
      skipped++;
      say(`﹣ ${name}: ${data.skip}`);
    } else if (type === "test:fail") {
      const { error } = data.details;
      // A suite fails with its tests, which are said already.
      if ("failureType" in error && error.failureType === "subtestsFailed") continue;
      failed.push(name);
      say(`✖ ${name}\n${shortened(error.cause instanceof Error ? error.cause : error)}`);
    } else if (data.details.type !== "suite") {
      passed++;
      say(`✔ ${name} (${(data.details.duration_ms / 1_000).toFixed(1)} s)`);
    }
  }
}

/** An error's message, of which a screenful is enough, and where in the tests it was thrown. */
function shortened({ message, stack = "" }: Error) {
  const lines = message.split("\n");
  const shown = lines.slice(0, linesOfAMessage);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more lines`);
  return [...shown, ...(stack.match(/^ +at .*\/test\/.*\.test\.ts.*$/gm) ?? [])].join("\n");
}
