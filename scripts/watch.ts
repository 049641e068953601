// Builds after each save, for npm run watch and the start commands.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import webpack, { type Configuration, type Stats } from "webpack";
import { root } from "./project.ts";

/** Webpack reads them only once. */
const settings = ["webpack.config.js", "tsconfig.json"].map((name) => path.join(root, name));

/**
 * Builds, and builds again after each save. After a build with errors, webpack is started once more: it and
 * ts-loader would not notice a file that was created during that build, such as one that `git stash pop` brings.
 *
 * @param configuration - of webpack
 * @param aggregateTimeout - how long to wait for other files that are saved, in ms
 * @param onBuild - called after each build, but not if it fails as the build before did
 * @throws when the configuration is not valid
 * @see {@link https://webpack.js.org/api/node/#watching}
 */
export function watch(
  configuration: Configuration,
  aggregateTimeout: number,
  onBuild: (error: Error | null, stats?: Stats) => void,
) {
  const readSettings = () =>
    settings.map((file) => existsSync(file) && readFileSync(file, "utf8")).join();
  const settingsBefore = readSettings();
  let lastErrors: string | undefined;

  function begin() {
    const compiler = webpack(configuration);
    compiler.hooks.afterCompile.tap("watch", ({ fileDependencies, errors }) => {
      for (const file of settings) fileDependencies.add(file);
      if (readSettings() === settingsBefore) return;
      const message = "webpack.config.js or tsconfig.json has changed. Run the command again.";
      errors.push(new webpack.WebpackError(message));
    });
    let isFirst = true;
    const watching = compiler.watch({ aggregateTimeout }, (error, stats) => {
      const errors = stats?.hasErrors() ? stats.toString({ all: false, errors: true }) : undefined;
      const isKnown = isFirst && errors !== undefined && errors === lastErrors;
      if (error || !isKnown) onBuild(error, stats);
      if (errors && !isFirst) watching?.close(begin);
      lastErrors = errors;
      isFirst = false;
    });
  }
  begin();
}
