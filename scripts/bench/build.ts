// What is measured of the build: its size, its duration, and how soon a save is live.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import JSZip from "jszip";
// webpack brings it.
import { minify } from "terser";
import { root } from "../project.ts";
import { type Spread, spread } from "./statistics.ts";

/** Times are in ms, sizes in bytes. */
export interface Build {
  scripts: Record<"documented" | "ours", { content: number; background: number }>;
  packages: Record<"documented" | "ours", number>;
  cold: Spread;
  saves: Spread;
}

const documented = path.join(root, "docs/documented-example");

/** Measures the size of what is shipped, of the extension with manifest version 2. */
export async function measureSizes(results: Build) {
  const minified = async (file: string) =>
    Buffer.byteLength((await minify(readFileSync(file, "utf8"), { toplevel: true })).code ?? "");
  for (const [name, folder] of Object.entries({ documented, ours: path.join(root, "dist") })) {
    results.scripts[name as "ours"] = {
      content: await minified(path.join(folder, "content-script.js")),
      background: await minified(path.join(folder, "background-script.js")),
    };
  }
  results.packages = {
    documented: await zipped(documented, readdirSync(documented)),
    ours: await zipped(root, [
      ...["manifest.json", "icons/port.svg"],
      ...["dist/content-script.js", "dist/background-script.js"],
    ]),
  };
}

async function zipped(folder: string, files: string[]) {
  const zip = new JSZip();
  for (const file of files) zip.file(file, readFileSync(path.join(folder, file)));
  const options = { type: "uint8array", compression: "DEFLATE" } as const;
  return (await zip.generateAsync(options)).length;
}

/**
 * Measures how long `npm run build` takes, from the command to its end.
 *
 * @throws when it fails
 */
export async function measureBuild(results: Build, builds: number) {
  const durations: number[] = [];
  for (let i = 0; i < builds; i++) {
    const start = performance.now();
    const npm = spawn("npm", ["run", "build"], {
      cwd: root,
      stdio: "ignore",
      shell: process.platform === "win32",
    });
    const [code] = await once(npm, "exit");
    if (code !== 0) throw new Error("npm run build has failed. Run it to see why.");
    durations.push(performance.now() - start);
  }
  results.cold = spread(durations);
}

/** `npm start`, while it runs: it ends its browser itself, so whoever ends this process waits for it. */
let npmStart: ChildProcess | undefined;

export async function endNpmStart() {
  if (!npmStart || npmStart.exitCode !== null) return;
  const exited = once(npmStart, "exit");
  npmStart.kill("SIGINT");
  await exited;
}

/**
 * Measures how long it takes, under `npm start` in a copy of this project, from saving the content script
 * until the new one runs in the page.
 *
 * @throws when a save is not live within a minute
 */
export async function measureSaves(results: Build, temporaryFolder: string, saves: number) {
  const copy = mkdtempSync(path.join(temporaryFolder, "copy-"));
  for (const part of [
    ...["icons", "manifest.json", "mv3", "package.json", "scripts", "src"],
    ...["tsconfig.json", "webpack.config.js"],
  ]) {
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"), "junction");
  const script = path.join(copy, "src/content-script.ts");
  const source = readFileSync(script, "utf8");
  const save = (line: string) => writeFileSync(script, `${source}\nconsole.log("${line}");\n`);

  save("live 0");
  // Without a display, so that it is the same everywhere.
  const { DISPLAY, WAYLAND_DISPLAY, ...env } = process.env;
  const command = ["--require", "./scripts/setup.cjs", "scripts/start.ts"];
  npmStart = spawn(process.execPath, command, {
    cwd: copy,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = createInterface({ input: npmStart.stdout as NodeJS.ReadableStream });
  const live = (line: string) =>
    new Promise<void>((resolve, reject) => {
      const timeout = setTimeout(
        () => reject(new Error("A save was not live within a minute. Try npm start.")),
        60_000,
      );
      lines.on("line", function look(text) {
        if (!text.startsWith("[content-script]") || !text.endsWith(line)) return;
        lines.off("line", look);
        clearTimeout(timeout);
        resolve();
      });
    });
  await live("live 0");
  const durations: number[] = [];
  // The first save is slower: it warms up the compiler.
  for (let i = 1; i <= saves + 1; i++) {
    const isLive = live(`live ${i}`);
    const start = performance.now();
    save(`live ${i}`);
    await isLive;
    if (i > 1) durations.push(performance.now() - start);
  }
  await endNpmStart();
  results.saves = spread(durations);
}
