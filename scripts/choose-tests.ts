// Which tests npm test runs, by the names that it is given.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { root, type Target, targets } from "./project.ts";

/** The tests to run. */
export interface Tests {
  /** Whether nothing was named. */
  all: boolean;
  /** Names of files in test/, without their endings, in the order in which they begin. */
  files: string[];
  browsers: Set<Target["browser"]>;
}

/** These files take longest, so they begin first. */
const longest = ["copy", "idle", "start", "start-fails", "lifetime", "recipes", "odd-pages"];

/**
 * Finds the tests that are named, and sets the environment variable `TEST_TARGETS` for them.
 *
 * @param args - names of files in test/ without `.test.ts`, targets, or browsers
 * @returns the tests
 * @throws when there is no such name; the message lists those that exist
 */
export function chooseTests(args: string[]): Tests {
  const names = readdirSync(path.join(root, "test"))
    .filter((file) => /^\w.*\.test\.ts$/.test(file))
    .map((file) => file.replace(".test.ts", ""));
  const files = args.filter((arg) => names.includes(arg));
  const allTargets = Object.entries<Target>(targets);
  const chosen = allTargets.filter(
    ([name, { browser }]) => args.includes(name) || args.includes(browser),
  );
  const known = [...names, ...allTargets.flatMap(([name, { browser }]) => [name, browser])];
  const unknown = args.filter((arg) => !known.includes(arg));
  if (unknown.length > 0) {
    throw new Error(
      `There are no tests named ${unknown.join(" or ")}. Name one of these files: ${names.join(", ")}; ` +
        `or one of these targets: ${Object.keys(targets).join(", ")}.`,
    );
  }
  const inTargets = chosen.length > 0 ? chosen : allTargets;
  process.env.TEST_TARGETS = inTargets.map(([name]) => name).join();
  const place = (name: string) => (longest.includes(name) ? longest.indexOf(name) : longest.length);
  return {
    all: args.length === 0,
    files: (files.length > 0 ? files : names).sort((a, b) => place(a) - place(b)),
    browsers: new Set(inTargets.map(([, { browser }]) => browser)),
  };
}

/** Tells whether the scripts are built, and nothing that they are built from has changed since. */
export function isBuilt(): boolean {
  function changed(file: string) {
    // Emacs marks a file that it edits with a link to nothing.
    const stats = statSync(path.join(root, file), { throwIfNoEntry: false });
    // A file that was moved here or restored keeps the time of its last change.
    return Math.max(stats?.mtimeMs ?? 0, stats?.ctimeMs ?? 0);
  }
  const inSrc = readdirSync(path.join(root, "src"), { recursive: true });
  // The folder changes when a file is deleted.
  const sources = ["src", ...inSrc.map((file) => `src/${file}`)];
  const newest = Math.max(...["webpack.config.js", "tsconfig.json", ...sources].map(changed));
  return Object.values(targets).every(({ folder }) => {
    const dist = path.join(path.relative(root, folder), "dist");
    if (!existsSync(path.join(root, dist))) return false;
    const scripts = readdirSync(path.join(root, dist)).map((file) => path.join(dist, file));
    return scripts.length > 0 && scripts.every((script) => changed(script) > newest);
  });
}
