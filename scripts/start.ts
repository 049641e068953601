// The start commands: build the extension, run it on the demo page, and build and reload it after each save.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hasEnded, type LaunchedBrowser, type StartedExtension } from "./browser-process.ts";
import type { ConsoleLine } from "./browsers/driver.ts";
import { askForVersion, findBrowser, temporaryFolderFor } from "./browsers/find.ts";
import { serve } from "./browsers/serve.ts";
import { whyNotStarted } from "./browsers/why-not-started.ts";
import { buildOnSave } from "./build-on-save.ts";
import { converse, whereToClick } from "./converse.ts";
import { formatLine } from "./format-line.ts";
import { oldestVersion, type Target, targets } from "./project.ts";
import * as chromium from "./start-chromium.ts";
import * as firefox from "./start-firefox.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const headless =
  process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
const demoPort = 8080;
const fixAndRun = "Fix this, and run the command again.";
const fixAndSave =
  "The last version without errors keeps running. Fix this, and save the file again.";

let browser: LaunchedBrowser | undefined;
let extension: StartedExtension | undefined;
let conversation: ReturnType<typeof converse> | undefined;
let stopping = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop());
process.on("uncaughtException", stop);
// Nobody reads what follows, as in npm start | head.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop());

const target = targetNamed(process.argv[2] ?? "firefox");
const program = await findBrowser(target.browser);
const folder = useTemporaryFolder(temporaryFolderFor(target.browser, program));
const built = path.join(folder, "extension");

console.log("Building the extension …");
for await (const { problem, watched } of buildOnSave(target.folder, built)) {
  if (problem && !extension) throw new Error(`${problem}\n\n${fixAndRun}`);
  if (problem) console.error(`\n${problem}\n\nThe extension was not built. ${fixAndSave}`);
  else if (extension) await reload(extension);
  else extension = await run(watched);
}

function targetNamed(name: string): Target {
  const target = Object.entries<Target>(targets).find(([known]) => known === name);
  if (target) return target[1];
  const names = Object.keys(targets).join(", ");
  throw new Error(`There is no target named ${name}. Name one of these: ${names}.`);
}

/** Starts the browser, and opens the demo page in it. */
async function run(watched: string[]): Promise<StartedExtension> {
  const url = await serveDemoPage();
  console.log(`Starting ${program}${headless ? ", headless because there is no display" : ""} …`);
  const { launch } = { chromium, firefox }[target.browser];
  browser = await launch({ program, profile: path.join(folder, "profile"), headless });
  stopWithBrowser(browser);
  const installed = await browser.install(built, print).catch(async (error: Error) => {
    await unlessEnded();
    throw new Error(`${program} does not run the extension: ${error.message}\n\n${howToRun()}`);
  });

  const files = watched.map((file) => path.relative("", path.join(target.folder, file)));
  console.log(`The demo page is at ${url}`);
  console.log(
    headless
      ? "There is no display, so this command clicks the page and the toolbar button itself."
      : whereToClick[target.browser],
  );
  console.log(`Save a file in src/ or one of these to see the change: ${files.join(", ")}`);
  console.log("Press Ctrl-C to stop.\n");
  if (headless) conversation = converse(installed);
  await installed.open(url);
  return installed;
}

async function reload(running: StartedExtension) {
  console.log("\nReloading the extension …");
  conversation?.end();
  if (headless) conversation = converse(running);
  try {
    await running.reload();
  } catch (error) {
    conversation?.end();
    await unlessEnded();
    console.error(`The extension was not reloaded: ${(error as Error).message}\n\n${fixAndSave}`);
  }
}

function print(line: ConsoleLine) {
  console.log(formatLine(line, built));
  conversation?.onLine();
}

async function serveDemoPage(): Promise<string> {
  const pages = { "/": await readFile(new URL("demo.html", import.meta.url), "utf8") };
  const server = await serve(pages, demoPort).catch((error) => {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    console.log(`TCP port ${demoPort} is in use, so the demo page uses another port.`);
    return serve(pages);
  });
  return `${server.url}/`;
}

/** What helps if the browser is too old for the manifest. */
function howToRun(): string {
  const version = Number(askForVersion(program).written.match(/\d+/)?.[0]);
  const oldest = oldestVersion(target);
  if (!(version < oldest)) return fixAndRun;
  return `This is version ${version}. Set ${target.browser.toUpperCase()} to the path of version ${oldest} or later.`;
}

/** Ends this command when the browser ends, whether or not the browser has run the extension. */
async function stopWithBrowser({ process: launched }: LaunchedBrowser) {
  const signal = await hasEnded(launched);
  if (stopping) return;
  if (!extension) {
    await stop(new Error(whyNotStarted(program, launched.getRecentLogs().join("\n"))));
  } else {
    console.log(signal ? `\nThe browser was ended by ${signal}.` : "\nThe browser has ended.");
    await stop();
  }
}

/** When a browser ends, its connections fail first. Then stopWithBrowser() says so, and nothing goes on here. */
async function unlessEnded() {
  const hasClosed = browser?.process.hasClosed().then(() => true);
  if (await Promise.race([hasClosed, wait(500, false)])) await new Promise(() => {});
}

/** Ends the browser, and this command with it. */
async function stop(error?: Error) {
  if (stopping) return;
  stopping = true;
  conversation?.end();
  if (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
  browser?.process.kill();
  await browser?.process.hasClosed();
  process.exit();
}
