// npm start, npm run start:mv3 and npm run start:chromium: build, keep building on save, and run the
// extension on the demo page.
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import webExt from "web-ext";
import { consoleStream } from "web-ext/util/logger";
import webpack from "webpack";
import config from "../webpack.config.js";
import type { ConsoleLine, StartedExtension } from "./browsers/driver.ts";
import { askForVersion, findBrowser } from "./browsers/find.ts";
import { serve } from "./browsers/serve.ts";
import { filesOf } from "./extension-files.ts";
import { format } from "./print-line.ts";
import { oldestVersion, targets } from "./project.ts";
import * as chromium from "./start-chromium.ts";
import * as firefox from "./start-firefox.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const target = targets[process.argv[2] as keyof typeof targets] ?? targets.firefox;
const browser = { chromium, firefox }[target.browser];
const headless =
  process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
const demoPort = 8080;

/** Where the browser and web-ext write. */
const folder = temporaryFolder();

/** The browser's process, as soon as web-ext has started it. */
let browserProcess: ChildProcess | undefined;
/** Whether the extension has run in it. */
let hasRun = false;
let stopping = false;

/** Ends the browser, and this command with it. */
function stop(exitCode = 0) {
  stopping = true;
  process.exitCode = exitCode;
  if (browserProcess) browserProcess.kill();
  else process.exit();
}
function browserEnded() {
  if (!stopping && hasRun) console.log("\nThe browser has ended.");
  if (!stopping && !hasRun) {
    console.error("\nThe browser has ended. Start it by itself to see why.");
    process.exitCode = 1;
  }
  process.exit();
}
const signals: (string | symbol)[] = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, () => stop());
// web-ext's packages add listeners that do not wait for the browser.
process.on("newListener", (event, listener) => {
  if (signals.includes(event)) queueMicrotask(() => process.off(event, listener));
});
process.on("uncaughtException", ({ message }) => {
  // Connections to the browser end before it does.
  if (stopping) return;
  if (browserProcess && /ECONN|CDP/.test(message)) {
    browserProcess.kill();
    return;
  }
  console.error(`\n${message}`);
  stop(1);
});
// Nobody reads the rest, as in `npm start | head`.
process.stdout.on("error", () => stop());

const program = await findBrowser(target.browser);

console.log(`Building the extension into ${path.relative("", path.join(target.folder, "dist"))} …`);
// Chromium's DevTools read the source map of a content script from the script alone.
const compiler = webpack({ ...config, devtool: "inline-source-map" });
// Changes nothing in the build: a new manifest or icon is reloaded on save as a script is.
compiler.hooks.afterCompile.tap("manifest", ({ fileDependencies, contextDependencies }) => {
  fileDependencies.add(path.join(target.folder, "manifest.json"));
  contextDependencies.add(path.join(target.folder, "icons"));
});
// The first rebuild takes the longest, so one that changes nothing comes before the first save.
let warmingUp = false;
compiler.hooks.compilation.tap("warm up", (compilation) => {
  const { needBuild } = webpack.NormalModule.getCompilationHooks(compilation);
  needBuild.tapPromise("warm up", async () => warmingUp);
});
/** The running extension, when all reloads so far are done. */
let running: Promise<StartedExtension> | undefined;
// Webpack waits only 5 ms for another save. If one comes later, the extension is reloaded twice.
const watching = compiler.watch({ aggregateTimeout: 5 }, (error, stats) => {
  if (!stats) throw error;
  if (warmingUp) {
    warmingUp = false;
    // Nobody has saved a file meanwhile.
    if (!compiler.modifiedFiles?.size) return;
  }
  if (!stats.hasErrors()) {
    running = running ? running.then(tryReload) : run();
    return;
  }
  const errors = stats.toString({ preset: "errors-only", colors: process.stdout.isTTY });
  if (running) {
    console.error(`${errors}\n\n${keepsRunning}`);
  } else {
    throw new Error(`${errors}\n\n${notStarted}`);
  }
});
const notStarted = "Fix this, and run the command again.";
const keepsRunning =
  "The last version without errors keeps running. Fix this, and save the file again.";

/** Starts the browser with the extension on the demo page. */
async function run(): Promise<StartedExtension> {
  try {
    filesOf(target.folder);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${notStarted}`);
  }
  const pages = { "/": await readFile(new URL("demo.html", import.meta.url), "utf8") };
  const { url } = await serve(pages, demoPort).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`TCP port ${demoPort} is in use, so the demo page uses another port.`);
    return serve(pages);
  });

  console.log(`Starting ${program}${headless ? ", headless because there is no display" : ""} …`);
  // web-ext's own watcher waits half a second before it reloads, so it is not used. Its messages, which
  // mention that watcher, are not shown.
  consoleStream.startCapturing();
  // web-ext tells of its browser only when the extension runs.
  subscribe("child_process", (message) => {
    browserProcess = (message as { process: ChildProcess }).process.once("exit", browserEnded);
  });
  const options = browser.options(program, headless, folder);
  const runner = await webExt.cmd
    .run({ sourceDir: target.folder, noReload: true, ...options })
    .catch((error) => {
      const version = Number(askForVersion(program).match(/\d+/)?.[0]);
      const { browser } = target;
      const oldest = oldestVersion(target);
      throw new Error(
        `${program} did not run the extension: ${error.message}\n\n` +
          (version < oldest
            ? `This is version ${version}. Set ${browser.toUpperCase()} to the path of version ${oldest} or later.`
            : notStarted),
      );
    });
  hasRun = true;

  console.log(`The demo page is at ${url}/`);
  console.log(
    headless
      ? "There is no display, so this command clicks the page and the toolbar button itself."
      : browser.whereToClick,
  );
  console.log(
    "Save a file in src/, the manifest, or an icon to see the change. Press Ctrl-C to stop.\n",
  );
  const attached = await browser.attach(runner, { url, headless, folder, onLine: print });
  if (headless) converse(attached);
  warmingUp = true;
  watching?.invalidate();
  return attached;
}

async function tryReload(attached: StartedExtension) {
  console.log("\nReloading the extension …");
  try {
    filesOf(target.folder);
    printed.clear();
    await attached.reload();
    if (headless) converse(attached);
  } catch (error) {
    if (!stopping) {
      console.error(
        `The extension was not reloaded: ${(error as Error).message}\n\n${keepsRunning}`,
      );
    }
  }
  return attached;
}

/** The scripts whose lines were printed since somebody last waited for some. */
const printed = new Set<string>();
let lastPrinted = 0;

function print(line: ConsoleLine) {
  console.log(format(line, target.folder));
  printed.add(line.script);
  lastPrinted = Date.now();
}

/** How often the conversation was begun. */
let conversations = 0;

/** Clicks the page and then the button, each when the lines of the step before are there. */
async function converse(attached: StartedExtension) {
  const conversation = ++conversations;
  for (const [step, scripts, click] of [
    ["Clicking the page …", 2, attached.clickPage],
    ["Clicking the toolbar button …", 1, attached.clickBrowserAction],
  ] as const) {
    await linesOf(scripts);
    // A save since then has begun another.
    if (stopping || conversation !== conversations) return;
    console.log(step);
    await click().catch((error) => {
      if (!stopping) console.error(`The click failed: ${error.message}`);
    });
  }
}

/** Waits until so many scripts have logged and no more follows. Changed ones may not, so for 10 s at most. */
async function linesOf(scripts: number) {
  const started = Date.now();
  while (
    Date.now() < started + 10_000 &&
    (printed.size < scripts || Date.now() < lastPrinted + 250)
  ) {
    await wait(50);
  }
  printed.clear();
}
