// npm start and npm run start:chromium: build, keep building on save, and run the extension in Firefox or
// in Chromium on the demo page.
import { readFile } from "node:fs/promises";
import path from "node:path";
import webExt from "web-ext";
import { consoleStream } from "web-ext/util/logger";
import webpack from "webpack";
import configs from "../webpack.config.js";
import { findBrowser } from "./find-browser.js";
import { serve } from "./serve.js";
import * as chromium from "./start-chromium.js";
import * as firefox from "./start-firefox.js";

const name = process.argv[2] === "chromium" ? "chromium" : "firefox";
const browser = { chromium, firefox }[name];
const demoPort = 8080;

/** web-ext's hold on the running browser. */
let runner;
/** Whether web-ext has begun to start it. */
let starting = false;

// The browser ends first, so that its profile can be deleted. If it is just starting, run() ends it.
let stopping = false;
function stop() {
  stopping = true;
  if (runner) runner.exit();
  else if (!starting) process.exit();
}
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, stop);
// web-ext's packages add listeners that do not wait for the browser.
process.on("newListener", (event, listener) => {
  if (signals.includes(event)) queueMicrotask(() => process.off(event, listener));
});
process.on("uncaughtException", ({ message }) => {
  // Connections to the browser that end then are as they should be.
  if (stopping) return;
  console.error(`\n${message}`);
  process.exit(1);
});

const program = await findBrowser(name);

const config = configs.find((one) => one.name === name);
console.log(
  `Building the extension into ${path.relative("", path.join(browser.folder, "dist"))} …`,
);
const compiler = webpack(config);
// Changes nothing in the build, but a new manifest is to be loaded on save as a script is.
compiler.hooks.afterCompile.tap("manifest", ({ fileDependencies }) => {
  fileDependencies.add(path.join(browser.folder, "manifest.json"));
});
/** How to reload what runs at the moment, after all that was asked of it. */
let running;
// Hardly any wait for a second save. If there is one, the extension is reloaded twice.
compiler.watch({ aggregateTimeout: 5 }, (error, stats) => {
  if (error) throw error;
  if (!stats.hasErrors()) {
    running = running ? running.then(tryReload) : run();
    return;
  }
  const errors = stats.toString({ preset: "errors-only", colors: process.stdout.isTTY });
  if (running) {
    console.error(`${errors}\n\nThe last version without errors keeps running.`);
  } else {
    throw new Error(`${errors}\n\nNo browser was started. Fix this, then run the command again.`);
  }
});

/** Starts the browser with the extension on the demo page. */
async function run() {
  const pages = { "/": await readFile(new URL("demo.html", import.meta.url), "utf8") };
  const { url } = await serve(pages, demoPort).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`Port ${demoPort} is taken: the demo page takes another.`);
    return serve(pages);
  });

  const headless =
    process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const options = browser.options(program, url, headless);
  console.log(`Starting ${program}${headless ? ", headless because there is no display" : ""} …`);
  // web-ext's own watcher waits half a second before it reloads, so it is left out, and so are
  // web-ext's messages, which speak of that.
  consoleStream.startCapturing();
  starting = true;
  try {
    runner = await webExt.cmd.run({ sourceDir: browser.folder, noReload: true, ...options });
  } catch ({ message }) {
    throw new Error(
      `The extension cannot be run in ${program}: ${message}\n` +
        `If that is not ${browser.version} or later, set ${name.toUpperCase()} to the path of one.`,
    );
  }
  runner.registerCleanup(() => process.exit());
  if (stopping) return runner.exit();

  const reload = await browser.attach(runner, url, headless);
  console.log(`The demo page is ${url}/.`);
  console.log("Save a file in src/ to see it live. Press Ctrl-C to stop.\n");
  return reload;
}

async function tryReload(reload) {
  console.log("\nReloading …");
  try {
    await reload();
  } catch ({ message }) {
    const manifest = path.relative("", path.join(browser.folder, "manifest.json"));
    if (!stopping) {
      console.error(`Not reloaded: ${message}\nIf that is about ${manifest}, fix it and save it.`);
    }
  }
  return reload;
}
