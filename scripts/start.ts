// The start commands: build the extension, run it on the demo page, and build and reload it after each save.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import packageJson from "../package.json" with { type: "json" };
import { startChromium } from "./browsers/chromium.ts";
import type { ConsoleLine, InstalledExtension, StartedBrowser } from "./browsers/driver.ts";
import { findBrowser, temporaryFolderFor } from "./browsers/find.ts";
import { startFirefox } from "./browsers/firefox.ts";
import { serve } from "./browsers/serve.ts";
import { buildOnSave } from "./build-on-save.ts";
import { converse, whereToClick } from "./converse.ts";
import { formatLine } from "./format-line.ts";
import { oldestVersion, type Target, targets } from "./project.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

const headless =
  process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
const demoPort = 8080;
const fixAndRun = "Fix this, and run the command again.";
const fixAndSave =
  "The last version without errors keeps running. Fix this, and save the file again.";

/** The preferences that `npx web-ext run` sets too. */
const prefs = Object.fromEntries(
  packageJson.webExt.run.pref.map((line) => {
    const [name = "", value = ""] = line.split("=");
    return [name, value === "false" ? false : value];
  }),
);

let browser: StartedBrowser | undefined;
let running: { extension: InstalledExtension; page: Page } | undefined;
let conversation: ReturnType<typeof converse> | undefined;

// When this command exits, the browser ends, and the temporary folder is deleted.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit());
// The shell of npm does not pass on the signal that ends npm, as with kill.
const shell = process.ppid;
setInterval(() => process.ppid !== shell && process.exit(), 500).unref();
process.on("uncaughtException", async (error) => {
  await unlessEnded();
  console.error(`\n${error.message}`);
  process.exit(1);
});
// Nobody reads what follows, as in npm start | head.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit());

const target = targetNamed(process.argv.slice(2).join(" ") || "firefox");
const program = await findBrowser(target.browser);
const folder = useTemporaryFolder(temporaryFolderFor(program));
const built = path.join(folder, "extension");

console.log("Building the extension …");
for await (const { problem, watched } of buildOnSave(target.folder, built)) {
  if (problem && !running) throw new Error(`${problem}\n\n${fixAndRun}`);
  if (problem) console.error(`\n${problem}\n\nThe extension was not built. ${fixAndSave}`);
  else if (running) await reload(running);
  else running = await run(watched);
}

function targetNamed(name: string): Target {
  const target = Object.entries<Target>(targets).find(([known]) => known === name);
  if (target) return target[1];
  const names = Object.keys(targets).join(", ");
  throw new Error(`There is no target named ${name}. Name one of these: ${names}.`);
}

/** Starts the browser, and opens the demo page in it. */
async function run(watched: string[]) {
  const url = await serveDemoPage();
  console.log(`Starting ${program}${headless ? ", headless because there is no display" : ""} …`);
  const start = { chromium: startChromium, firefox: startFirefox }[target.browser];
  browser = await start({ program, headless, prefs });
  browser.process()?.once("exit", exitWithBrowser);
  const extension = await browser.install(built).catch(async (error: Error) => {
    await unlessEnded();
    throw new Error(
      `${program} does not run the extension: ${error.message}\n\n${await howToRun()}`,
    );
  });
  await extension.watch(print);

  const files = watched.map((file) => path.relative("", path.join(target.folder, file)));
  console.log(`The demo page is at ${url}`);
  console.log(
    headless
      ? "There is no display, so this command clicks the page and the toolbar button itself."
      : whereToClick[target.browser],
  );
  console.log(`Save a file in src/ or one of these to see the change: ${files.join(", ")}`);
  console.log("Press Ctrl-C to stop.\n");
  const [page = await browser.newPage()] = await browser.pages();
  if (headless) conversation = converse(page, extension);
  await loads(page.goto(url));
  return { extension, page };
}

async function reload({ extension, page }: { extension: InstalledExtension; page: Page }) {
  console.log("\nReloading the extension …");
  conversation?.end();
  if (headless) conversation = converse(page, extension);
  try {
    await extension.reload();
    if (target.browser === "chromium") await reloadPages();
  } catch (error) {
    conversation?.end();
    await unlessEnded();
    console.error(`The extension was not reloaded: ${(error as Error).message}\n\n${fixAndSave}`);
  }
}

/** In pages that are open when the extension is loaded, Chromium runs no content script. */
async function reloadPages() {
  for (const page of (await browser?.pages()) ?? []) {
    if (page.url().startsWith("http")) await loads(page.reload());
  }
}

/** A page that shows an alert, or pauses in the debugger, loads later. A save need not wait for that. */
async function loads(loaded: Promise<unknown>) {
  await Promise.race([loaded.catch(() => {}), wait(5_000)]);
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
async function howToRun(): Promise<string> {
  const version = Number((await browser?.version())?.match(/\d+/)?.[0]);
  const oldest = oldestVersion(target);
  if (!(version < oldest)) return fixAndRun;
  return `This is version ${version}. Set ${target.browser.toUpperCase()} to the path of version ${oldest} or later.`;
}

function exitWithBrowser(_code: number | null, signal: NodeJS.Signals | null) {
  console.log(signal ? `\nThe browser was ended by ${signal}.` : "\nThe browser has ended.");
  process.exit(running ? 0 : 1);
}

/** When the browser ends, its connections fail a moment before. Then this command exits, and nothing goes on here. */
async function unlessEnded() {
  if (browser) await wait(500);
}
