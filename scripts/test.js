// Runs the tests in test/, after npm test has checked and built what they test.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { findFirefox } from "./find-firefox.js";

try {
  // Once, before tests run side by side, since it may have to be fetched.
  process.env.FIREFOX = await findFirefox();
  console.log(`Testing in ${process.env.FIREFOX} …`);
  const files = readdirSync("test").filter((file) => file.endsWith(".test.js"));
  const { status } = spawnSync(
    process.execPath,
    // Two at a time, since they wait more than they work. A test that hangs is ended.
    ["--test", "--test-concurrency=2", "--test-timeout=300000", "--test-reporter=spec"].concat(
      files.map((file) => `test/${file}`),
    ),
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
} catch ({ message }) {
  console.error(`\n${message}`);
  process.exitCode = 1;
}
