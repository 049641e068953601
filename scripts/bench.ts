// npm run bench: measures what a port costs, in Firefox and in Chromium, and writes
// docs/what-a-port-costs.md with its plots. With --quick, --firefox or --chromium it prints the page instead.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  type Build,
  endNpmStart,
  measureBuild,
  measureSaves,
  measureSizes,
} from "./bench/build.ts";
import { browserSteps, type InBrowser, type Step } from "./bench/in-browser.ts";
import { drawPlots } from "./bench/plots.ts";
import { report } from "./bench/report.ts";
import { findBrowser } from "./browsers/find.ts";
import { root, targets } from "./project.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, async () => {
    interrupted = true;
    await endNpmStart();
    // The browsers end with this process.
    process.exit(130);
  });
}

const names = ["firefox", "chromium"] as const;
const started = Date.now();

try {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      firefox: { type: "boolean", default: false },
      chromium: { type: "boolean", default: false },
    },
  });
  const chosen = names.filter((name) => values[name]);
  const browsers = chosen.length > 0 ? chosen : names;
  const few = values.quick ? 0.05 : 1;

  const build = { scripts: {} } as Build;
  const inBrowsers = browsers.map(
    () =>
      ({ bursts: {}, sizes: [], loads: {}, ports: [], navigations: [] }) as unknown as InBrowser,
  );
  const steps: Step[] = [
    {
      title: "the build",
      seconds: 15 * few + 3,
      async run() {
        await measureBuild(build, values.quick ? 1 : 7);
        await measureSizes(build);
      },
    },
    {
      title: "saves under npm start",
      seconds: 5 * few + 5,
      run: () => measureSaves(build, folder, values.quick ? 3 : 20),
    },
    ...inBrowsers.flatMap((results, i) =>
      browserSteps(targets[browsers[i] ?? "firefox"], folder, results, few),
    ),
  ];
  for (const name of browsers) process.env[name.toUpperCase()] = await findBrowser(name);
  await runAll(steps);

  const seconds = Math.round((Date.now() - started) / 1_000);
  const measured = { build, inBrowsers, command: process.argv.slice(2).join(" "), seconds };
  if (values.quick || chosen.length > 0) {
    console.log(`\n${report(measured)}`);
    console.log(
      "No file was written. Run npm run bench without options to write docs/what-a-port-costs.md.",
    );
  } else {
    console.log("Drawing the plots …");
    const docs = path.join(root, "docs");
    const plots = Object.entries(await drawPlots(measured));
    for (const [file, plot] of plots) writeFileSync(path.join(docs, file), `${plot}\n`);
    writeFileSync(path.join(docs, "what-a-port-costs.md"), report(measured));
    console.log(`docs/what-a-port-costs.md was written after ${seconds} s.`);
  }
  process.exit();
} catch (error) {
  if (!interrupted) {
    console.error(`\n${(error as Error).message}`);
    await endNpmStart();
    process.exit(1);
  }
}

/** Says what is measured, and how long the rest takes, as fast as this machine has been until then. */
async function runAll(steps: Step[]) {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  let done = 0;
  const begun = Date.now();
  for (const [i, { title, seconds, run }] of steps.entries()) {
    const pace = done > 0 ? (Date.now() - begun) / 1_000 / done : 1;
    const left = Math.ceil(((total - done) * pace) / 5) * 5;
    console.log(`[${i + 1}/${steps.length}] ${title} … about ${left} s left`);
    await run();
    done += seconds;
  }
}
