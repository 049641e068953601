// npm run build, and npm run watch, which builds again after each save: webpack.config.js says what is built.
import webpack from "webpack";
import config from "../webpack.config.js";

/** Prints what was built, or what is wrong. */
function report(error: Error | null, stats?: webpack.Stats) {
  if (stats) console.log(stats.toString(config.stats));
  // When a file cannot be written, there are both.
  if (error) console.error(error.message);
  process.exitCode = error || stats?.hasErrors() ? 1 : 0;
}

try {
  const compiler = webpack(config);
  if (process.argv[2] === "watch") compiler.watch({}, report);
  else compiler.run(report);
} catch (error) {
  // The configuration is wrong, or the folder's name, in which webpack allows no exclamation mark.
  report(error as Error);
}
