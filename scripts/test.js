// Runs the tests in test/, after npm test has checked and built what they test.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { findBrowser, lookForBrowser } from "./find-browser.js";

try {
  // Once, before tests run side by side, since it may have to be fetched.
  const firefox = await findBrowser("firefox");
  process.env.FIREFOX = firefox;
  const chromium = await lookForBrowser("chromium");
  console.log(
    chromium
      ? `Testing in ${firefox} and in ${chromium} …`
      : `Testing in ${firefox} …\nNo Chromium is installed: its tests are left out. Set CHROMIUM to the path of one.`,
  );
  const files = readdirSync("test").filter((file) => file.endsWith(".test.js"));
  const { status } = spawnSync(
    process.execPath,
    // Four at a time, which keeps two cores busy. A test that hangs is ended.
    ["--test", "--test-concurrency=4", "--test-timeout=300000", "--test-reporter=spec"].concat(
      files.map((file) => `test/${file}`),
    ),
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
} catch ({ message }) {
  console.error(`\n${message}`);
  process.exitCode = 1;
}
