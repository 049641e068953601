// npm test: checks, builds, and runs the tests in test/. With names, as in `npm test conversation chromium`, it
// runs the tests of those files, in those browsers, and neither checks nor builds again what is built.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { run } from "node:test";
import { startChromium } from "./browsers/chromium.ts";
import { findBrowser, lookForBrowser, temporaryFolderFor } from "./browsers/find.ts";
import { startFirefox } from "./browsers/firefox.ts";
import { chooseTests, isBuilt, type Tests } from "./choose-tests.ts";
import { root } from "./project.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

/** This many keep two cores busy. */
const filesAtATime = 4;
/** Longer messages, such as a difference of a thousand lines, are cut. */
const linesOfAMessage = 30;
/** The tests in flood.test.ts, with more of everything. */
const soak = process.env.npm_lifecycle_event === "soak";
/** How long a test may take, in seconds. */
const longestTest = soak ? 1_200 : 120;

/** The test that runs in each file. */
const running = new Map<string, { test: string; since: number; controller: AbortController }>();
const failed: string[] = [];
let passed = 0;
let skipped = 0;
let interrupted = false;
const started = Date.now();
let saidLast = started;
const secondsSince = (time: number) => Math.round((Date.now() - time) / 1_000);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    interrupted = true;
    for (const { controller } of running.values()) controller.abort();
  });
}

try {
  const tests = chooseTests(process.argv.slice(2));
  await findBrowsers(tests);
  await prepare(tests);
  const watch = setInterval(endHanging, 1_000);
  await Promise.all(Array.from({ length: filesAtATime }, () => runFiles(tests.files)));
  clearInterval(watch);
} catch (error) {
  if (!interrupted) failed.push((error as Error).message);
}
if (passed + skipped + failed.length === 0 && !interrupted) failed.push("No test was run.");
console.log(["", ...failed.map((name) => `✖ ${name}`)].join("\n"));
console.log(`After ${secondsSince(started)} s:`);
console.log(`${passed} passed, ${failed.length} failed, ${skipped} skipped`);
if (interrupted) console.log("The tests were interrupted.");
process.exitCode = failed.length > 0 || interrupted ? 1 : 0;

function say(line: string) {
  console.log(line);
  saidLast = Date.now();
}

/** Does what comes before the tests. */
async function prepare({ all }: Tests) {
  const commands = all ? ["check", "build"] : isBuilt() ? [] : ["build"];
  for (const command of commands) {
    const [status] = await once(
      spawn("npm", ["run", command], { cwd: root, stdio: "inherit" }),
      "close",
    );
    if (status !== 0) throw new Error(`npm run ${command} failed, so no tests were run.`);
  }
}

/** Once, before tests run side by side, since a browser may have to be downloaded. */
async function findBrowsers({ all, browsers }: Tests) {
  const firefox = browsers.has("firefox") ? await findBrowser("firefox") : undefined;
  const chromium = browsers.has("chromium") ? await lookForBrowser("chromium") : undefined;
  if (firefox) process.env.FIREFOX = firefox;
  const programs = [firefox ?? [], chromium ?? []].flat();
  useTemporaryFolder(temporaryFolderFor(...programs));
  // A browser that does not start would fail each test.
  if (all) {
    if (firefox) await (await startFirefox()).close();
    if (chromium) await (await startChromium()).close();
  }
  say(`Testing in ${programs.join(" and in ")}.`);
  if (browsers.has("chromium") && !chromium) {
    say(
      "Chromium is not installed, so its tests are skipped: install it, or set CHROMIUM to its path.",
    );
  }
  if (all || soak) say(`This takes about ${soak ? "ten" : "four to five"} minutes on two cores.\n`);
}

/** Runs one file after another until all have begun. */
async function runFiles(files: string[]) {
  for (let file = files.shift(); file && !interrupted; file = files.shift()) {
    await runFile(file);
    running.delete(file);
  }
}

/** Runs the tests of one file, and says how each ends as soon as it does. */
async function runFile(file: string) {
  const controller = new AbortController();
  running.set(file, { test: file, since: Date.now(), controller });
  /** The file, and the suites in it, from the outside to the inside: those that run, and those that are reported. */
  const begun = [file];
  const reported = [file];
  const nameIn = (suites: string[], { nesting, name }: { nesting: number; name: string }) =>
    [...suites.slice(0, nesting + 1), name].join(" › ");
  const files = [path.join(root, "test", `${file}.test.ts`)];
  for await (const { type, data } of run({ files, signal: controller.signal })) {
    if (type === "test:stdout" || type === "test:stderr") process.stdout.write(data.message);
    if (type === "test:start") reported[data.nesting + 1] = data.name;
    if (type === "test:dequeue") {
      begun[data.nesting + 1] = data.name;
      running.set(file, { test: nameIn(begun, data), since: Date.now(), controller });
    }
    if (controller.signal.aborted || (type !== "test:pass" && type !== "test:fail")) continue;
    const name = nameIn(reported, data);
    if (data.skip !== undefined) {
      skipped++;
      say(`﹣ ${name}: ${data.skip}`);
    } else if (type === "test:fail") {
      const { error } = data.details;
      // A suite fails with its tests, and tests with what their suite does before them: that is said already.
      const said = ["subtestsFailed", "cancelledByParent"];
      if ("failureType" in error && said.includes(String(error.failureType))) continue;
      failed.push(name);
      say(`✖ ${name}\n${shortened(error.cause instanceof Error ? error.cause : error)}`);
    } else if (data.details.type !== "suite") {
      passed++;
      say(`✔ ${name} (${(data.details.duration_ms / 1_000).toFixed(1)} s)`);
    }
  }
}

/** Ends the file of a test that hangs, and says which tests run when nothing else was said for a while. */
function endHanging() {
  for (const { test, since, controller } of running.values()) {
    if (secondsSince(since) < longestTest || controller.signal.aborted) continue;
    failed.push(`${test}: this test hangs`);
    say(`✖ ${failed.at(-1)}. It was ended after ${longestTest} s.`);
    controller.abort();
  }
  if (secondsSince(saidLast) < 14) return;
  const tests = [...running.values()].map(
    ({ test, since }) => `${test} (${secondsSince(since)} s)`,
  );
  say(`… ${secondsSince(started)} s: still running\n    ${tests.join("\n    ")}`);
}

/** An error's message, of which a screenful is enough, and where in the tests it was thrown. */
function shortened({ message, stack = "" }: Error) {
  const lines = message.split("\n");
  const shown = lines.slice(0, linesOfAMessage);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more lines`);
  return [...shown, ...(stack.match(/^ +at .*\/test\/.*\.test\.ts.*$/gm) ?? [])].join("\n");
}
