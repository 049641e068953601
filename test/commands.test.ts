// What the other commands do and say. A test that breaks the project breaks a copy.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import JSZip from "jszip";
import packageJson from "../package.json" with { type: "json" };
import { checkZip, copyFiles, filesOf } from "../scripts/extension-files.ts";
import { folders, readManifest, root } from "../scripts/project.ts";
import { locked, run } from "./command.ts";
import { copyProject, edit, emptyFolder } from "./project-copy.ts";

const [, ...testArgs] = packageJson.scripts.test.split(" ");

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

describe("npm test", () => {
  const npmTest = (args: string[], env = {}) =>
    run(root, process.execPath, [...testArgs, ...args], env);

  test("refuses a name that no test has, and lists the names", () =>
    npmTest(["conversaton"]).fails(/no tests named conversaton\..* commands, .*; .* chromium\./));

  test("ends when a browser does not start, and says what the browser wrote", async () => {
    const FIREFOX = path.join(emptyFolder(), "firefox");
    writeFileSync(FIREFOX, '#!/bin/sh\necho "Mozilla Firefox 153.0"\n', { mode: 0o755 });
    await npmTest([], { FIREFOX }).fails(/did not start, and wrote:\n +Mozilla Firefox 153\.0\n/);
  });
});

describe("npm run package", () => {
  const project = copyProject("port [beta]");
  const artifacts = path.join(project, "web-ext-artifacts");
  const manifest = path.join(project, path.relative(root, folders[0] ?? ""), "manifest.json");

  test("packs what the manifests name, in a folder of any name, with the same scripts", async () => {
    mkdirSync(path.join(project, "dist"));
    writeFileSync(path.join(project, "dist/old-script.js"), "");
    const { exitCode, printed } = await run(project, "npm", ["run", "package"]).ended;
    assert.equal(exitCode, 0, printed);
    assert.equal(readdirSync(artifacts).length, folders.length);
    for (const name of readdirSync(artifacts)) {
      assert.ok(printed.includes(`${path.join("web-ext-artifacts", name)} contains:`), printed);
      const { files } = await JSZip.loadAsync(readFileSync(path.join(artifacts, name)));
      const read = (file: string) => files[file]?.async("text") ?? "";
      const manifest = await read("manifest.json");
      const folder = folders.find(
        (folder) => readFileSync(path.join(folder, "manifest.json"), "utf8") === manifest,
      );
      assert.ok(folder, manifest);
      const packed = Object.keys(files).filter((file) => !file.endsWith("/"));
      assert.deepEqual(packed.sort(), filesOf(folder).sort());
      assert.ok(!packed.includes("dist/old-script.js"));
      const scripts = packed.filter((file) => file.endsWith(".js"));
      assert.ok(scripts.length > 1);
      for (const script of scripts) {
        assert.equal(await read(script), readFileSync(path.join(folder, script), "utf8"));
      }
    }
  });

  const pack = () =>
    run(project, process.execPath, ["--require", "./scripts/setup.cjs", "scripts/package.ts"]);

  test("refuses a manifest that asks for access to a site of the developer", async () => {
    edit(manifest, '"<all_urls>"', '"<all_urls>", "http://127.0.0.1/*"');
    await pack().fails(
      /manifest\.json contains http:\/\/127\.0\.0\.1\/\*, which is for development/,
    );
    edit(manifest, ', "http://127.0.0.1/*"', "");
  });

  test("deletes a zip file that lacks a file", async () => {
    // web-ext packs no file whose name begins with a dot.
    edit(manifest, '"browser_specific_settings"', '"a": ".b.js", "browser_specific_settings"');
    writeFileSync(path.join(path.dirname(manifest), ".b.js"), "");
    await pack().fails(/\.zip lacks \.b\.js/);
    assert.equal(readdirSync(artifacts).length, folders.length - 1);
  });

  test("refuses a zip file that contains a file too many", async () => {
    const file = path.join(emptyFolder(), "a.zip");
    const zip = new JSZip().file("manifest.json", "{}").file("dist/a.js.map", "{}");
    writeFileSync(file, await zip.generateAsync({ type: "uint8array" }));
    await assert.rejects(checkZip(file, ["manifest.json"]), /also contains dist\/a\.js\.map/);
    await checkZip(file, ["manifest.json", "dist/a.js.map"]);
  });
});

for (const folder of folders) {
  const name = path.relative(root, folder) || ".";
  test(`web-ext lint of ${name}: reports nothing but known warnings`, async () => {
    const sourceDir = emptyFolder();
    copyFiles(filesOf(folder), folder, sourceDir);
    const lint = ["web-ext", "lint", `--source-dir=${sourceDir}`, "--output=json"];
    const { printed } = await run(root, "npx", lint).ended;
    const { errors, notices, warnings } = JSON.parse(printed);
    assert.deepEqual([...errors, ...notices], []);
    // Chromium needs the key that Firefox ignores.
    const { service_worker } = readManifest(folder).background ?? {};
    const known = service_worker ? ["BACKGROUND_SERVICE_WORKER_IGNORED"] : [];
    assert.deepEqual(
      Array.from(warnings, ({ code }) => code),
      known,
    );
  });
}

test("two browsers that start end on Ctrl-C, and leave nothing", async () => {
  const program = `
    import { startFirefox } from "./scripts/browsers/firefox.ts";
    import { useTemporaryFolder } from "./scripts/temporary-folder.ts";
    useTemporaryFolder();
    await Promise.all([startFirefox(), startFirefox()]);`;
  const args = ["--require", "./scripts/setup.cjs", "--input-type=module", "--eval", program];
  const command = run(root, process.execPath, args);
  await command.writes(locked, 2);
  await command.endsWithoutTrace(1);
});
