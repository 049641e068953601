// Node.js loads this file before each command, so its syntax is one that every version reads.
var engines = require("../package.json").engines;

function refuse(message) {
  console.error(message);
  process.exit(1);
}

var semver;
try {
  semver = require("semver");
} catch (_) {
  refuse(
    "The packages of this project are not installed. Run npm ci --include=dev, and run the command again.",
  );
}
if (!semver.satisfies(process.version, engines.node)) {
  refuse(
    "This is Node.js " +
      process.version +
      ", which this project does not support. Install a version that matches " +
      engines.node +
      ", and run the command again.",
  );
}

// A script or the configuration has a mistake, whose place Node.js shows, or a package is new since the last npm ci.
process.on("uncaughtExceptionMonitor", (error) => {
  if (/MODULE_NOT_FOUND/.test(error.code))
    refuse(
      `${error.message.split("\n")[0]}.\nIf this is a package, run npm ci, and run the command again.`,
    );
  if (error instanceof SyntaxError) error.stack = error.stack.replace(/\n {4}at .*/g, "");
});

// Nobody reads the rest, as in npm run package | head. The start commands end their browser first.
if (!/start\.ts$/.test(process.argv[1]))
  [process.stdout, process.stderr].forEach((stream) => {
    stream.on("error", () => {
      process.exit(1);
    });
  });

// For versions of Node.js that do not read TypeScript themselves: before 22.18.
if (!process.features.typescript)
  require("node:module").register(
    "../node_modules/ts-blank-space/loader/hooks.js",
    require("node:url").pathToFileURL(__filename),
  );
