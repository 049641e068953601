// What the commands do and say, tried in a copy of the project, so that it can be broken and mended.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { findBrowser } from "../scripts/find-browser.js";
import { serve } from "../scripts/serve.js";
import { skip } from "./chromium.js";
import { root } from "./firefox.js";
import { opened } from "./lines.js";
import { copyProject } from "./project.js";

let folder;
let project;
let env;
const commands = [];

before(async () => {
  ({ folder, project } = await copyProject());
  const { DISPLAY, WAYLAND_DISPLAY, ...rest } = process.env;
  env = { ...rest, FIREFOX: await findBrowser("firefox"), TMPDIR: path.join(folder, "tmp") };
});
after(async () => {
  for (const { command } of commands) command.kill();
  await Promise.all(commands.map(({ ended }) => ended));
  await rm(folder, { recursive: true });
});

/** Runs a command in the copy. What it prints can be awaited, and so can its end. */
function run(program, args, extraEnv = {}) {
  const command = spawn(program, args, {
    cwd: project,
    env: { ...env, ...extraEnv },
    shell: process.platform === "win32",
  });
  const news = new EventEmitter();
  let printed = "";
  for (const stream of [command.stdout, command.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text;
      news.emit("text");
    });
  }
  const ended = once(command, "close").then(() => printed);
  commands.push({ command, ended });
  return {
    ended,
    exitCode: () => ended.then(() => command.exitCode),
    interrupt: () => command.kill("SIGINT"),
    /**
     * Waits until all these texts are printed, in whatever order, and forgets what was printed. Fails
     * when nothing is printed for half a minute.
     */
    async prints(...texts) {
      while (!texts.every((text) => printed.includes(text))) {
        await once(news, "text", { signal: AbortSignal.timeout(30_000) }).catch(() => {
          assert.fail(`Not all of ${JSON.stringify(texts)} is printed, but this is:\n${printed}`);
        });
      }
      printed = "";
    },
  };
}

/** What `npm start` runs, without npm between, which keeps signals to itself. */
const npmStart = (extraEnv) => run(process.execPath, ["scripts/start.js"], extraEnv);

/** Presses Ctrl-C, and looks for files and processes that are left. */
async function endsWithoutTrace(start) {
  start.interrupt();
  assert.equal(await start.exitCode(), 0);
  assert.deepEqual(await readdir(env.TMPDIR), []);
  assert.doesNotMatch(
    spawnSync("ps", ["-Ao", "args"], { encoding: "utf8" }).stdout,
    new RegExp(env.TMPDIR),
  );
}

/** Replaces text in the copy's file. */
async function edit(file, from, to) {
  const before = await readFile(path.join(project, file), "utf8");
  assert.ok(before.includes(from));
  // As editors do it, so that nobody reads half a file.
  await writeFile(path.join(folder, "edited"), before.replace(from, to));
  await rename(path.join(folder, "edited"), path.join(project, file));
}

test("npm start: its port is taken, the lines of both scripts, saving, a type error, Ctrl-C", async (t) => {
  // If somebody else has taken it, so much the better.
  const taken = await serve({}, 8080).catch(() => undefined);
  t.after(() => taken?.close());
  const start = npmStart();
  await start.prints(
    "Port 8080 is taken: the demo page takes another.",
    "headless because there is no display",
    ...opened["content-script"].map((line) => `\n[content-script]    ${line}\n`),
    ...opened["background-script"].map((line) => `\n[background-script] ${line}\n`),
    "Press Ctrl-C to stop.",
  );

  await edit("src/content-script.ts", '"hello from content script"', "42");
  await start.prints("TS2322", "The last version without errors keeps running.");
  const running = await readFile(path.join(project, "dist", "content-script.js"), "utf8");
  assert.match(running, /hello from content script/);

  await edit("src/content-script.ts", "42", '"hello again"');
  await start.prints("Reloading …", "[background-script] hello again");
  await edit("src/content-script.ts", '"hello again"', '"hello from content script"');
  await start.prints("Reloading …", "[background-script] hello from content script");

  // The manifest is one of the sources.
  await edit("manifest.json", '"manifest_version": 2,', '"manifest_version": 2');
  await start.prints("Reloading …", "Not reloaded: ");
  await edit("manifest.json", '"manifest_version": 2', '"manifest_version": 2,');
  await start.prints("Reloading …", "[background-script] hello from content script");

  await endsWithoutTrace(start);
});

test("npm start: Ctrl-C while Firefox starts", async () => {
  const start = npmStart();
  await start.prints("Starting ");
  await endsWithoutTrace(start);
});

test("npm start: the build fails", async () => {
  await edit("src/background-script.ts", '"hi there content script!"', "42");
  const start = npmStart();
  const printed = await start.ended;
  assert.match(printed, /TS2322/);
  assert.match(printed, /No browser was started\. Fix this, then run the command again\./);
  assert.doesNotMatch(printed, /Starting|\n {4}at /);
  assert.equal(await start.exitCode(), 1);
  await edit("src/background-script.ts", "42", '"hi there content script!"');
});

test("npm start: FIREFOX names no program", async () => {
  const start = npmStart({ FIREFOX: "/no/firefox" });
  const printed = await start.ended;
  assert.match(printed, /FIREFOX is set to "\/no\/firefox", and there is no program there\./);
  assert.doesNotMatch(printed, /\n {4}at /);
  assert.equal(await start.exitCode(), 1);
});

const startChromium = (extraEnv) =>
  run(process.execPath, ["scripts/start.js", "chromium"], extraEnv);

test("npm run start:chromium: there is no display", { skip }, async () => {
  const start = startChromium();
  const printed = await start.ended;
  assert.match(printed, /There is no display, and Chromium shows the lines in its windows alone\./);
  assert.doesNotMatch(printed, /Starting|\n {4}at /);
  assert.equal(await start.exitCode(), 1);
});

test("npm run start:chromium: CHROMIUM names another program", async () => {
  const start = startChromium({ CHROMIUM: env.FIREFOX });
  const printed = await start.ended;
  assert.match(printed, /is no Chromium\. Set CHROMIUM to the path of one\./);
  assert.doesNotMatch(printed, /Starting|\n {4}at /);
  assert.equal(await start.exitCode(), 1);
});

for (const [command, icons] of Object.entries({
  package: ["icons/port.svg"],
  "package:chromium": [16, 32, 48, 128].map((size) => `icons/port-${size}.png`),
})) {
  test(`npm run ${command}: the manifest, the scripts and the icons, nothing else`, async () => {
    assert.equal(await run("npm", ["run", command]).exitCode(), 0);
    const artifacts = path.join(project, "web-ext-artifacts");
    const [file, ...others] = await readdir(artifacts);
    assert.deepEqual(others, []);
    const zip = await readFile(path.join(artifacts, file));
    await rm(artifacts, { recursive: true });
    const names = [];
    // A zip ends with its directory: an entry a file, the name from byte 46 on.
    for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 46)) {
      names.push(zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)));
    }
    assert.deepEqual(
      names.filter((name) => !name.endsWith("/")).sort(),
      [...icons, "dist/background-script.js", "dist/content-script.js", "manifest.json"].sort(),
    );
  });
}

test("the build: the same bytes wherever the project is", async () => {
  for (const dist of ["dist", "chromium/dist"]) {
    for (const file of await readdir(path.join(project, dist))) {
      const here = await readFile(path.join(root, dist, file), "utf8");
      assert.equal(await readFile(path.join(project, dist, file), "utf8"), here);
    }
  }
});

test("web-ext lint: no errors, no warnings, no notices", () => {
  const lint = spawnSync("npx", ["web-ext", "lint", "--output=json"], {
    cwd: project,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const { summary } = JSON.parse(lint.stdout);
  assert.deepEqual(summary, { errors: 0, notices: 0, warnings: 0 });
});
