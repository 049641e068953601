// npm start: builds, keeps building on save, and runs the extension in Firefox on the demo page.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import webExt from "web-ext";
import { consoleStream } from "web-ext/util/logger";
import webpack from "webpack";
import packageJson from "../package.json" with { type: "json" };
import config from "../webpack.config.js";
import { findFirefox } from "./find-firefox.js";
import { watchExtension } from "./firefox-devtools.js";
import { serve } from "./serve.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const demoPort = 8080;

/** Puts the Browser Console beside the page, and closes it with the page. Runs in Firefox, with the browser's own privileges. */
const sideBySide = `(async () => {
  const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
  const { BrowserConsoleManager } = require("devtools/client/webconsole/browser-console-manager");
  const { chromeWindow: console } = await BrowserConsoleManager.openBrowserConsoleOrFocus();
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  const { availLeft: left, availTop: top, availWidth: width, availHeight: height } = page.screen;
  page.moveTo(left, top);
  page.resizeTo(width / 2, height);
  console.moveTo(left + width / 2, top);
  console.resizeTo(width / 2, height);
  page.addEventListener("unload", () => console.close());
})()`;

/** web-ext's hold on the running Firefox. */
let runner;

// Firefox ends first, so that its profile can be deleted. Until it runs, whatever has been started
// ends with this process.
let stopping = false;
function stop() {
  stopping = true;
  if (runner) runner.exit();
  else process.exit();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
process.on("uncaughtException", ({ message }) => {
  // Connections to Firefox that end then are as they should be.
  if (stopping) return;
  console.error(`\n${message}`);
  process.exit(1);
});

const firefox = await findFirefox();

console.log("Building the extension into dist/ …");
const compiler = webpack(config);
// Changes nothing in the build, but a new manifest is to be loaded on save as a script is.
compiler.hooks.afterCompile.tap("manifest", ({ fileDependencies }) => {
  fileDependencies.add(`${root}manifest.json`);
});
/** What runs at the moment, after all that was asked of it. */
let running;
// Hardly any wait for a second save. If there is one, the extension is reloaded twice.
compiler.watch({ aggregateTimeout: 5 }, (error, stats) => {
  if (error) throw error;
  if (!stats.hasErrors()) {
    running = running ? running.then(reload) : run();
    return;
  }
  const errors = stats.toString({ preset: "errors-only", colors: process.stdout.isTTY });
  if (running) {
    console.error(`${errors}\n\nThe last version without errors keeps running.`);
  } else {
    throw new Error(`${errors}\n\nFirefox was not started. Fix this, then run npm start again.`);
  }
});

/** Starts Firefox with the extension on the demo page, and prints what the scripts log. */
async function run() {
  const pages = { "/": await readFile(new URL("demo.html", import.meta.url), "utf8") };
  const { url } = await serve(pages, demoPort).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`Port ${demoPort} is taken: the demo page takes another.`);
    return serve(pages);
  });

  const headless =
    process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  console.log(`Starting ${firefox}${headless ? ", headless because there is no display" : ""} …`);

  // The preferences that a bare `npx web-ext run` sets too.
  const pref = Object.fromEntries(
    packageJson.webExt.run.pref.map((line) => {
      const [name, value] = line.split("=");
      return [name, value === "false" ? false : value];
    }),
  );
  // web-ext's own watcher waits half a second before it reloads, so it is left out, and so are
  // web-ext's messages, which speak of that.
  consoleStream.startCapturing();
  const options = {
    sourceDir: root,
    firefox,
    startUrl: url,
    args: headless ? ["--headless"] : [],
    browserConsole: !headless,
    pref,
    noReload: true,
  };
  try {
    runner = await webExt.cmd.run(options);
  } catch ({ message }) {
    throw new Error(
      `The extension cannot be run in ${firefox}: ${message}\n` +
        "If that is not Firefox 140 or later, set FIREFOX to the path of one.",
    );
  }
  runner.registerCleanup(() => process.exit());
  // One of web-ext's packages has added a listener that does not wait for Firefox.
  process.removeAllListeners("SIGINT").on("SIGINT", stop);

  const manifest = JSON.parse(await readFile(`${root}manifest.json`, "utf8"));
  const devtools = await watchExtension(
    runner.extensionRunners[0].runningInfo.debuggerPort,
    manifest.browser_specific_settings.gecko.id,
    ({ script, level, text }) => {
      console.log(`[${script}]`.padEnd(20) + (level === "log" ? "" : `${level}: `) + text);
    },
  );
  if (!headless) await devtools.evaluate(sideBySide);
  console.log(`The demo page is ${url}/.`);
  console.log(
    headless
      ? "Without a display there is nothing to click. npm test clicks."
      : "Click it, then the button in the toolbar.",
  );
  console.log("Save a file in src/ to see it live. Press Ctrl-C to stop.\n");
  return devtools;
}

async function reload(devtools) {
  console.log("\nReloading …");
  try {
    await devtools.reload();
  } catch ({ message }) {
    if (!stopping) console.error(`Firefox refuses manifest.json: ${message}\nFix it, and save it.`);
  }
  return devtools;
}
