// npm run bench: measures in Firefox and in Chromium what a port costs, and prints the tables that are in
// docs/what-a-port-costs.md. With --quick, it measures for a shorter time.
import os from "node:os";
import path from "node:path";
import { startBrowser } from "./bench/browser.ts";
import { questions } from "./bench/questions.ts";
import { type Row, table } from "./bench/turns.ts";
import { startChromium } from "./browsers/chromium.ts";
import { startFirefox } from "./browsers/firefox.ts";
import { serve } from "./browsers/serve.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

// When this process exits, the browsers end and the temporary folder is deleted.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

try {
  const [option, ...others] = process.argv.slice(2);
  if (others.length > 0 || (option && option !== "--quick")) {
    throw new Error("The only option of npm run bench is --quick: npm run bench -- --quick");
  }
  await bench(option ? 18 : 105);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

/** Measures until so many seconds have passed since this process started, and prints the tables. */
async function bench(seconds: number) {
  const folder = useTemporaryFolder();
  const page = {
    body: "<!doctype html><title>Benchmark</title><p>The benchmark clicks this page.</p>",
    // Only isolated pages have clocks of a high resolution.
    headers: {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    },
  };
  const server = await serve({ "/alone": page, "/documented": page, "/ours": page });
  console.error("Starting Firefox and Chromium …");
  const [firefox, chromium] = await Promise.all([
    startBrowser(startFirefox, path.join(folder, "firefox"), server.url),
    startBrowser(startChromium, path.join(folder, "chromium"), server.url),
  ]);

  let measurementsLeft = 2 * Object.keys(questions).length;
  const tables: string[] = [];
  for (const [title, measureIn] of Object.entries(questions)) {
    const rows: Record<string, Row[]> = {};
    for (const [name, browser] of Object.entries({ Firefox: firefox, Chromium: chromium })) {
      const secondsLeft = Math.max(seconds - performance.now() / 1_000, 1);
      console.error(`${name}: ${title} … about ${Math.ceil(secondsLeft)} s left`);
      rows[name] = await measureIn(browser, secondsLeft / measurementsLeft--);
    }
    tables.push(`## ${title}\n\n${table(rows)}\n`);
  }
  const versions = await Promise.all([firefox.version(), chromium.version()]);
  await Promise.all([firefox.close(), chromium.close()]);
  server.close();

  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${os.type()}`;
  console.log(`\n${tables.join("\n")}`);
  console.log(`${versions.join(", ")}, Node.js ${process.versions.node}, ${machine}`);
}
