// Builds the extension that a start command runs into a folder of its own, so that dist/ stays as
// npm run build has made it.
import { EventEmitter, once } from "node:events";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Compiler, Configuration, Stats, WebpackError } from "webpack";
import config from "../webpack.config.js";
import { developmentManifest, filesOf } from "./extension-files.ts";
import { root } from "./project.ts";
import { watch } from "./watch.ts";

/** What an extension consists of: the contents of each file, by its path in the extension's folder. */
type Files = Map<string, Buffer>;

/** The result of a build. */
export interface Build {
  /** What is wrong, if the build failed. The output folder is then as it was. */
  problem?: string;
  /** The manifest, and the files that it names and that nothing builds, such as icons. They are watched too. */
  watched: string[];
}

/**
 * Builds an extension, and builds it again whenever one of its files is saved with other contents. What is saved
 * while the caller works on one build goes into the next.
 *
 * @param source - the folder that holds the manifest.json
 * @param output - the folder for the extension; each build replaces it as a whole, or not at all
 * @throws when the files cannot be watched
 * @see {@link https://webpack.js.org/api/node/#watching}
 */
export async function* buildOnSave(source: string, output: string): AsyncGenerator<Build> {
  let files = ["manifest.json"];
  let watched = files;
  function watchFiles(compiler: Compiler) {
    compiler.hooks.afterCompile.tap("files", (compilation) => {
      const scripts = Object.keys(compilation.assets);
      try {
        files = filesOf(source, scripts);
        watched = files.filter((file) => !scripts.includes(file));
      } catch (error) {
        compilation.errors.push(error as WebpackError);
        const { file } = error as { file?: string };
        if (file) compilation.missingDependencies.add(path.join(source, file));
      }
      for (const file of watched) compilation.fileDependencies.add(path.join(source, file));
    });
    // Webpack would write while a browser reads, and would stop watching if it could not write.
    compiler.hooks.shouldEmit.tap("files", () => false);
  }
  const configuration: Configuration = {
    ...config,
    entry: entriesIn(source),
    // Chromium's DevTools look for the source map of a content script in the script alone.
    devtool: "inline-source-map",
    plugins: [...((config as Configuration).plugins ?? []), watchFiles],
  };

  const newest: Stats[] = [];
  const news = new EventEmitter();
  // Saves that are further apart than 5 ms are built one after the other.
  watch(configuration, 5, (error, stats) => {
    if (!stats) return news.emit("error", error);
    newest[0] = stats;
    return news.emit("built");
  });
  let last: Files | undefined;
  for (;;) {
    if (newest.length === 0) await once(news, "built");
    const stats = newest.pop() as Stats;
    try {
      const built = filesOfBuild(stats, source, files);
      // Some editors write a file twice for one save.
      if (isDeepStrictEqual(built, last)) continue;
      replaceFolder(output, built);
      last = built;
      yield { watched };
    } catch (error) {
      // The next build counts even if it only takes back what is wrong with this one.
      last = undefined;
      yield { watched, problem: (error as Error).message };
    }
  }
}

/** The scripts that webpack builds for the extension in a folder, by their paths in the folder. */
function entriesIn(folder: string) {
  const entries = Object.entries(config.entry as Record<string, string>)
    .map(([name, script]) => [path.relative(folder, path.join(root, name)), script] as const)
    .filter(([name]) => /^dist\b/.test(name));
  if (entries.length === 0) {
    const dist = path.relative("", path.join(folder, "dist"));
    throw new Error(`webpack.config.js has no entry that builds a script in ${dist}/. Add one.`);
  }
  return Object.fromEntries(entries);
}

/** What a build without errors consists of. */
function filesOfBuild(stats: Stats, folder: string, files: string[]): Files {
  if (stats.hasErrors()) {
    throw new Error(
      stats.toString({ all: false, errors: true, colors: process.stdout.hasColors?.() ?? false }),
    );
  }
  return new Map([
    ...files.map((file) => {
      const script = stats.compilation.getAsset(file);
      return [file, script?.source.buffer() ?? readFileSync(path.join(folder, file))] as const;
    }),
    ["manifest.json", Buffer.from(developmentManifest(folder))],
  ]);
}

/** Writes files into a new folder, which then takes the place of another one. */
function replaceFolder(folder: string, files: Files) {
  const next = `${folder}-next`;
  try {
    rmSync(next, { recursive: true, force: true });
    for (const [file, contents] of files) {
      mkdirSync(path.dirname(path.join(next, file)), { recursive: true });
      writeFileSync(path.join(next, file), contents);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
  } catch (error) {
    throw new Error(
      `The built extension cannot be written: ${(error as Error).message}\n` +
        "Free some space, or set the environment variable TMPDIR to another folder.",
    );
  }
}
