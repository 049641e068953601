// npm run build, and npm run watch, which builds again after each save: webpack.config.js says what is built.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import webpack from "webpack";
import config from "../webpack.config.js";
import { root } from "./project.ts";
import { watch } from "./watch.ts";

/** Prints what was built, or what is wrong. */
function report(error: Error | null, stats?: webpack.Stats) {
  if (stats) console.log(stats.toString(config.stats));
  // When a file cannot be written, there are both.
  if (error) console.error(error.message);
  process.exitCode = error || stats?.hasErrors() ? 1 : 0;
  if (!stats || process.exitCode) return;
  const built = Object.keys(stats.compilation.assets);
  const missing = built.find((file) => !existsSync(path.join(root, file)));
  // While watching, webpack writes only what has changed.
  if (missing) console.error(`${missing} was deleted. Press Ctrl-C, and run the command again.`);
  else deleteOthers(built);
}

/** Deletes what an earlier build has left in a folder dist/, so that no old script is taken for a new one. */
function deleteOthers(built: string[]) {
  const folders = built.flatMap((file) => file.match(/^(.*\/)?dist(?=\/)/)?.[0] ?? []);
  for (const dist of new Set(folders)) {
    for (const name of readdirSync(path.join(root, dist), { recursive: true })) {
      const file = path.posix.join(dist, String(name).replaceAll(path.sep, "/"));
      const isBuilt = built.some((one) => one === file || one.startsWith(`${file}/`));
      if (!isBuilt) rmSync(path.join(root, file), { recursive: true, force: true });
    }
  }
}

try {
  const words = process.argv.slice(2).join(" ");
  if (words === "watch") watch(config, 20, report);
  else if (words === "") webpack(config).run(report);
  else throw new Error(`There is no build named ${words}: run npm run build, or npm run watch.`);
} catch (error) {
  // The word, the configuration, or the folder's name is wrong: webpack allows no exclamation mark in it.
  report(error as Error);
}
