// What npm start says when it cannot run the extension, or no longer can. It leaves nothing behind.
import assert from "node:assert/strict";
import { chownSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { startFirefox } from "../scripts/browsers/firefox.ts";
import { root } from "../scripts/project.ts";
import { run, start, startScript } from "./command.ts";
import { inTurn } from "./console-lines.ts";
import { clickedByStart, opened } from "./conversation.ts";
import { current } from "./in-browsers.ts";
import { copyProject, edit, emptyFolder } from "./project-copy.ts";

const project = copyProject();
const [, ...startArgs] = packageJson.scripts.start.split(" ");
const [, ...testArgs] = packageJson.scripts.test.split(" ");
const conversation = Object.values(inTurn(opened, ...Object.values(clickedByStart))).flat();

describe("npm start does not start the browser", () => {
  const script = path.join(project, "src/background-script.ts");
  const manifest = path.join(project, "manifest.json");
  const next = /Fix this, and run the command again\./;

  for (const [what, file, right, wrong, reason] of [
    ["an error in a script", script, '"./message"', '"./massage"', /TS2307/],
    ["a missing file", manifest, "dist/content-script.js", "no.js", /does not exist: no\.js/],
    ["a manifest that is not JSON", manifest, ',\n  "name"', '\n  "name"', /Line 3 .* not valid/],
  ] as const) {
    test(`with ${what}`, async () => {
      edit(file, right, wrong);
      await start(project).fails(reason, next);
      edit(file, wrong, right);
    });
  }

  test("without a place to write", async () => {
    await run(project, "prlimit", ["--fsize=1000", process.execPath, ...startArgs]).fails(
      /The built extension cannot be written: EFBIG/,
      next,
    );
    await start(project, "firefox", { TMPDIR: "/no" }).fails(/\/no\b.*\n.* TMPDIR to a folder/);
  });
});

/** Writes a program that stands for a browser. */
function program(script: string): string {
  const file = path.join(emptyFolder(), "firefox");
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

const needsRoot = process.getuid?.() !== 0 && "Only root can prepare this";

describe("npm start explains why the browser does not start", () => {
  // Once in each browser.
  for (const { key, skip } of current.filter(({ key, browser }) => key === browser)) {
    test(`the display does not exist: npm run ${startScript(key)}`, { skip }, async () => {
      const command = start(project, key, { DISPLAY: ":99999" });
      await command.fails(/did not start, and wrote:\n {4}/, /: unset DISPLAY WAYLAND_DISPLAY\n$/);
    });
  }

  test("HOME belongs to another user", { skip: needsRoot }, async () => {
    const home = emptyFolder();
    chownSync(home, 65534, 65534);
    await assert.rejects(
      startFirefox({ program: program(`HOME=${home} exec firefox "$@"`) }),
      /belongs to another user\. Set HOME to/,
    );
  });

  test("a library is missing", async () => {
    const missing = "error while loading shared libraries: libgtk-3.so.0: cannot open";
    await assert.rejects(
      startFirefox({ program: program(`echo "firefox: ${missing}" >&2; exit 127`) }),
      /The shared library libgtk-3\.so\.0 is missing/,
    );
  });

  test("FIREFOX names another program, or none", async () => {
    for (const [FIREFOX, reason] of [
      ["/no/firefox", /FIREFOX is set to "\/no\/firefox", but there is no program at that path\./],
      [process.execPath, /but that program is not Firefox\.\nSet FIREFOX to the path/],
      [path.basename(process.execPath), /but that program is not Firefox\./],
    ] as const) {
      const PATH = path.dirname(process.execPath);
      await start(project, "firefox", { FIREFOX, PATH }).fails(reason);
    }
  });
});

describe("npm start runs the extension", () => {
  async function converses(env: NodeJS.ProcessEnv = {}) {
    const command = start(project, "firefox", env);
    await command.prints(...conversation);
    return command;
  }

  test("in a snap, whose /tmp is another folder, as npm test does", {
    skip: needsRoot,
  }, async () => {
    const [HOME, TMPDIR] = [emptyFolder(), emptyFolder()];
    const FIREFOX = program(`# exec /snap/bin/firefox
[ "$1" = --version ] && exec firefox --version
exec unshare --mount sh -c 'mount -t tmpfs none "${TMPDIR}" && exec firefox "$@"' sh "$@"`);
    const command = await converses({ HOME, TMPDIR, FIREFOX });
    await command.endsWithoutTrace();
    const args = [...testArgs, "conversation", "firefox"];
    const npmTest = run(root, process.execPath, args, { HOME, TMPDIR, FIREFOX });
    const { exitCode, printed } = await npmTest.ended;
    assert.equal(exitCode, 0, printed);
    // Firefox and npm keep files of their own there.
    assert.ok(!readdirSync(HOME).some((name) => name.startsWith("port-")));
  });

  test("without an ID in the manifest, until the browser is ended", async () => {
    const manifest = path.join(project, "manifest.json");
    edit(manifest, '"browser_specific_settings"', '"unknown"');
    const command = await converses();
    edit(manifest, '"unknown"', '"browser_specific_settings"');
    const { pid } = command.process;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    for (const child of children) process.kill(Number(child), "SIGKILL");
    await command.prints("The browser was ended by SIGKILL.\n");
    assert.equal((await command.ended).exitCode, 0);
    await command.leavesNothing();
  });

  test("until npm is ended", async () => {
    const command = run(project, "npm", ["start"]);
    await command.prints("Building the extension …");
    command.process.kill();
    await command.ended;
    await command.leavesNothing();
  });

  test("until nobody reads what it prints", async () => {
    const piped = `"$0" ${startArgs.join(" ")} | head -n 1`;
    const command = run(project, "sh", ["-c", piped, process.execPath]);
    assert.equal((await command.ended).printed, "Building the extension …\n");
    await command.leavesNothing();
  });
});
