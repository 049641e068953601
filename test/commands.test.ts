// What the other commands do and say. A test that breaks the project breaks a copy.
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import JSZip from "jszip";
import packageJson from "../package.json" with { type: "json" };
import { filesOf } from "../scripts/extension-files.ts";
import { folders, readManifest, root, targets } from "../scripts/project.ts";
import { locked, run } from "./command.ts";
import { copyProject, edit, emptyFolder } from "./project-copy.ts";

describe("a command says in one line what is missing", () => {
  test("the packages are not installed", async () => {
    const project = copyProject();
    rmSync(path.join(project, "node_modules"));
    for (const script of ["start", "build", "check", "icons"]) {
      await run(project, "npm", ["run", script]).fails(/are not installed\. Run npm ci/);
    }
  });

  test("Node.js is too old", async () => {
    const project = copyProject();
    edit(path.join(project, "package.json"), `"${packageJson.engines.node}"`, '">=99"');
    for (const script of ["start", "build"]) {
      await run(project, "npm", ["run", script]).fails(
        /This is Node\.js v.*, which this project does not support\. Install a version that matches >=99/,
      );
    }
  });
});

test("a command shows the place of a mistake in webpack.config.js, and no stack trace", async () => {
  const project = copyProject();
  edit(path.join(project, "webpack.config.js"), 'mode: "production",', 'mode: "production"');
  for (const script of ["start", "build"]) {
    await run(project, "npm", ["run", script]).fails(/webpack\.config\.js:\d+\n/, /SyntaxError: /);
  }
});

test("a command says which package is missing, and what to do", async () => {
  const project = copyProject();
  edit(
    path.join(project, "webpack.config.js"),
    "export default",
    'import "not-there";\nexport default',
  );
  await run(project, "npm", ["run", "build"]).fails(/Cannot find package 'not-there'.*\n.*npm ci/);
});

const setup = ["--require", "./scripts/setup.cjs"];

test("npm run watch builds after each save, and says when that is not enough", async () => {
  const project = copyProject();
  const command = run(project, process.execPath, [...setup, "scripts/build.ts", "watch"]);
  await command.prints("asset dist/background-script.js", "asset dist/content-script.js");
  appendFileSync(path.join(project, "src/content-script.ts"), "console.debug();");
  await command.prints("asset dist/content-script.js");
  rmSync(path.join(project, "dist"), { recursive: true });
  appendFileSync(path.join(project, "src/content-script.ts"), "console.debug();");
  await command.prints(".js was deleted. Press Ctrl-C");
  writeFileSync(path.join(project, "src/new.d.ts"), "declare type New = string;");
  appendFileSync(path.join(project, "src/background-script.ts"), 'console.debug("" as New);');
  // The build after a save does not know of a new file of types. Another build follows.
  await command.prints("Cannot find name 'New'");
  await command.prints("asset dist/background-script.js");
  appendFileSync(path.join(project, "webpack.config.js"), "\n");
  await command.prints("webpack.config.js or tsconfig.json has changed. Run the command again.");
});

describe("a command refuses a name that it does not know, and lists those that exist", () => {
  const last = Object.keys(targets).at(-1);
  for (const [words, message] of [
    ["test.ts nosuch", new RegExp(`no tests named nosuch\\..* commands, .*; .*\\b${last}\\.`)],
    ["start.ts nosuch", new RegExp(`no target named nosuch\\. Name one of these: .*\\b${last}\\.`)],
    ["build.ts nosuch", /no build named nosuch: run npm run build, or npm run watch\./],
  ] as const) {
    test(words, () =>
      run(root, process.execPath, [...setup, ...`scripts/${words}`.split(" ")]).fails(message),
    );
  }
});

test("npm test ends when a browser does not start, and says what the browser wrote", async () => {
  const FIREFOX = path.join(emptyFolder(), "firefox");
  writeFileSync(FIREFOX, '#!/bin/sh\necho "Mozilla Firefox 153.0"\n', { mode: 0o755 });
  const command = run(root, process.execPath, [...setup, "scripts/test.ts"], { FIREFOX });
  await command.fails(/did not start, and wrote:\n +Mozilla Firefox 153\.0\n/);
});

describe("npm run package", () => {
  const project = copyProject("port [beta]");
  const artifacts = path.join(project, "web-ext-artifacts");
  const zips = () => readdirSync(artifacts).map((name) => path.join(artifacts, name));

  test("packs what the manifests name, in a folder of any name, with the same scripts", async () => {
    mkdirSync(path.join(project, "dist"));
    writeFileSync(path.join(project, "dist/old-script.js"), "");
    mkdirSync(path.join(project, "src/folder"));
    writeFileSync(path.join(project, "src/folder/script.ts"), "");
    const entry = '"dist/folder/script": "./src/folder/script.ts",';
    edit(path.join(project, "webpack.config.js"), "entry: {", `entry: { ${entry}`);
    // As Emacs marks a file that it edits.
    symlinkSync("nothing", path.join(project, "src/.#message.ts"));
    const { exitCode, printed } = await run(project, "npm", ["run", "package"]).ended;
    assert.equal(exitCode, 0, printed);
    const built = readdirSync(path.join(project, "dist"), { recursive: true }).map(String).sort();
    assert.deepEqual(
      built.filter((name) => !name.endsWith(".map")),
      ["background-script.js", "content-script.js", "folder", path.join("folder", "script.js")],
    );
    assert.equal(zips().length, folders.length);
    for (const zip of zips()) {
      assert.ok(printed.includes(`${path.relative(project, zip)} contains:`), printed);
      const { files } = await JSZip.loadAsync(readFileSync(zip));
      const manifest = await files["manifest.json"]?.async("text");
      const folder = folders.find(
        (folder) => readFileSync(path.join(folder, "manifest.json"), "utf8") === manifest,
      );
      assert.ok(folder, manifest);
      assert.deepEqual(Object.keys(files), filesOf(folder).sort());
      for (const [name, file] of Object.entries(files)) {
        assert.deepEqual(await file.async("nodebuffer"), readFileSync(path.join(folder, name)));
        assert.equal(file.date.getUTCFullYear(), 1980, "The same files make the same zip file.");
      }
    }
  });

  test("makes zip files about which web-ext lint reports nothing but known warnings", async () => {
    const found = [];
    for (const zip of zips()) {
      const lint = ["web-ext", "lint", `--source-dir=${zip}`, "--output=json"];
      const { printed } = await run(root, "npx", lint).ended;
      const { errors, notices, warnings } = JSON.parse(printed);
      for (const { code } of [...errors, ...notices, ...warnings]) found.push(code);
    }
    // Chromium needs the key that Firefox ignores.
    const known = folders.filter((folder) => readManifest(folder).background?.service_worker);
    assert.deepEqual(found, Array(known.length).fill("BACKGROUND_SERVICE_WORKER_IGNORED"));
  });

  const packageArgs = [...setup, "scripts/package.ts"];

  test("refuses a manifest that names a site of the developer", async () => {
    const manifest = path.join(project, path.relative(root, folders[0] ?? ""), "manifest.json");
    for (const text of ["http://127.0.0.1/*", "ws://localhost", "img-src http://localhost; a"]) {
      edit(manifest, '"name"', `"a": "${text}", "name"`);
      await run(project, process.execPath, packageArgs).fails(
        /manifest\.json contains .*(127\.0\.0\.1|localhost).*, which is for development/,
      );
      edit(manifest, `"a": "${text}", "name"`, '"name"');
    }
  });

  test("leaves no part of a zip file on a full disk", async () => {
    const args = ["--fsize=1000", process.execPath, ...packageArgs];
    await run(project, "prlimit", args).fails(/1\.0\.0\.zip cannot be written: EFBIG/);
    assert.equal(zips().length, folders.length - 1);
  });

  for (const args of ["scripts/package.ts", "scripts/test.ts nosuch"]) {
    test(`${args} ends quietly when nobody reads what it prints`, async () => {
      const piped = `"$0" ${setup.join(" ")} ${args} | head -n 0`;
      const command = run(project, "sh", ["-c", piped, process.execPath]);
      assert.equal((await command.ended).printed, "");
    });
  }

  test("npm test builds again when a file in src/ was restored, with the time of its last change", async () => {
    const program = `
      import { utimesSync } from "node:fs";
      import { isBuilt } from "./scripts/choose-tests.ts";
      console.log(isBuilt());
      utimesSync("src/folder/script.ts", 0, 0);
      console.log(isBuilt());`;
    const args = [...setup, "--input-type=module", "--eval", program];
    const { printed } = await run(project, process.execPath, args).ended;
    assert.equal(printed, "true\nfalse\n");
  });
});

test("two browsers that start end on Ctrl-C, and leave nothing", async () => {
  const program = `
    import { startFirefox } from "./scripts/browsers/firefox.ts";
    import { useTemporaryFolder } from "./scripts/temporary-folder.ts";
    useTemporaryFolder();
    await Promise.all([startFirefox(), startFirefox()]);`;
  const args = [...setup, "--input-type=module", "--eval", program];
  const command = run(root, process.execPath, args);
  await command.writes(locked, 2);
  await command.endsWithoutTrace(1);
});
