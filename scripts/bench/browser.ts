// A browser with the extensions that the benchmark measures. Each extension runs in a page of its own.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { startChromium } from "../browsers/chromium.ts";
import type { startFirefox } from "../browsers/firefox.ts";
import { root } from "../project.ts";

/**
 * By the path of a page, the folders of the scripts that run there: the benchmark's own scripts alone, or after
 * those of MDN's example or this example.
 */
const scripts = {
  alone: ["scripts/bench"],
  documented: ["docs/documented-example", "scripts/bench"],
  ours: ["mv3/dist", "scripts/bench"],
};
type PageName = keyof typeof scripts;

/** A browser with the extensions that are measured. */
export type BenchBrowser = Awaited<ReturnType<typeof startBrowser>>;

/**
 * Starts a browser, and installs the extensions.
 *
 * @param start - what starts the browser
 * @param parent - the folder in which the extensions are written
 * @param url - the address of the pages, without a path
 * @throws when the browser does not start, or this example is not built
 */
export async function startBrowser(
  start: typeof startFirefox | typeof startChromium,
  parent: string,
  url: string,
) {
  const browser = await start({
    prefs: {
      // Otherwise, Firefox rounds the times to 1 ms or more.
      "privacy.reduceTimerPrecision": false,
      "privacy.reduceTimerPrecision.unconditional": false,
      // Printing the lines would take longer than posting the messages.
      "devtools.console.stdout.content": false,
    },
  });
  async function install(name: PageName) {
    const extension = await browser.install(writeExtension(name, parent));
    await extension.backgroundStarts();
    return extension;
  }
  await install("alone");
  await install("documented");
  const ours = await install("ours");
  return Object.assign(browser, {
    /** The extension with this example's scripts. */
    ours,
    /** Opens a page in a tab in front of the others. */
    async open(name: PageName) {
      const page = await browser.newPage();
      await page.goto(`${url}/${name}`);
      await page.waitForSelector("[data-bench-port=open]");
      return page;
    },
  });
}

/** Writes an extension that runs in one page. Its manifest has version 3, so both browsers load it. */
function writeExtension(name: PageName, parent: string) {
  const extension = path.join(parent, name);
  mkdirSync(extension, { recursive: true });
  for (const script of ["content-script.js", "background-script.js"]) {
    const parts = scripts[name].map((folder) => readFileSync(path.join(root, folder, script)));
    // Manifest version 3 has renamed the API that MDN's example uses.
    const code = parts.join("\n").replaceAll("browser.browserAction", "browser.action");
    writeFileSync(path.join(extension, script), code);
  }
  const manifest = {
    manifest_version: 3,
    name: `Benchmark: ${name}`,
    version: "1.0.0",
    browser_specific_settings: { gecko: { id: `${name}@benchmark.example` } },
    background: { service_worker: "background-script.js", scripts: ["background-script.js"] },
    action: {},
    content_scripts: [{ matches: [`http://127.0.0.1/${name}`], js: ["content-script.js"] }],
  };
  writeFileSync(path.join(extension, "manifest.json"), JSON.stringify(manifest));
  return extension;
}
