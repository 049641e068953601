// What the other commands do and say, tried in a copy of the project for each test that breaks one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import JSZip from "jszip";
import packageJson from "../package.json" with { type: "json" };
import { root } from "../scripts/project.ts";
import { locked, run, windows } from "./command.ts";
import { copyProject, edit } from "./project-copy.ts";

describe("a command says in one line what is missing", () => {
  test("the packages are not installed", async () => {
    const project = copyProject();
    rmSync(path.join(project, "node_modules"));
    for (const script of ["start", "build", "check", "icons"]) {
      await run(project, "npm", ["run", script]).fails(/are not installed\. Run npm ci, and/);
    }
  });

  test("Node.js is too old", async () => {
    const project = copyProject();
    edit(path.join(project, "package.json"), `"${packageJson.engines.node}"`, '">=99"');
    for (const script of ["start", "build"]) {
      await run(project, "npm", ["run", script]).fails(
        /This is Node\.js v.*, which this project does not support\. Install >=99/,
      );
    }
  });
});

describe("npm run", () => {
  const project = copyProject();

  for (const [command, icons] of Object.entries({
    package: ["icons/port.svg"],
    "package:mv3": [128, 16, 32, 48].map((size) => `icons/port-${size}.png`),
  })) {
    test(`${command}: packs the manifest, the scripts, and the icons, and nothing else`, async () => {
      const artifacts = path.join(project, "web-ext-artifacts");
      rmSync(artifacts, { recursive: true, force: true });
      const { exitCode, printed } = await run(project, "npm", ["run", command]).ended;
      assert.equal(exitCode, 0, printed);
      // The build prints one line for each script, and no more.
      assert.equal(printed.match(/^ +asset (background|content)-script\.js /gm)?.length, 4);
      assert.doesNotMatch(printed, /modules/);
      const [file = "", ...others] = readdirSync(artifacts);
      assert.deepEqual(others, []);
      const { files } = await JSZip.loadAsync(readFileSync(path.join(artifacts, file)));
      assert.deepEqual(
        Object.keys(files)
          .filter((name) => !name.endsWith("/"))
          .sort(),
        ["dist/background-script.js", "dist/content-script.js", ...icons, "manifest.json"],
      );
    });
  }

  test("build: writes the same bytes in another folder", () => {
    for (const dist of ["dist", "mv3/dist"]) {
      for (const file of readdirSync(path.join(project, dist))) {
        const here = readFileSync(path.join(root, dist, file), "utf8");
        assert.equal(readFileSync(path.join(project, dist, file), "utf8"), here);
      }
    }
  });
});

for (const [folder, known] of Object.entries({
  ".": [],
  // Chromium needs the key that Firefox ignores.
  mv3: ["BACKGROUND_SERVICE_WORKER_IGNORED"],
})) {
  test(`web-ext lint of ${folder}: reports nothing but known warnings`, () => {
    const options = { cwd: root, encoding: "utf8", shell: windows } as const;
    const lint = ["web-ext", "lint", `--source-dir=${folder}`, "--output=json"];
    const { errors, notices, warnings } = JSON.parse(spawnSync("npx", lint, options).stdout);
    assert.deepEqual([...errors, ...notices], []);
    assert.deepEqual(
      warnings.map(({ code }: { code: string }) => code),
      known,
    );
  });
}

test("two browsers that start end on Ctrl-C, and leave nothing", async () => {
  const program = `
    import { startFirefox } from "./scripts/browsers/firefox.ts";
    import { temporaryFolder } from "./scripts/temporary-folder.ts";
    temporaryFolder();
    await Promise.all([startFirefox(), startFirefox()]);`;
  const args = ["--require", "./scripts/setup.cjs", "--input-type=module", "--eval", program];
  const command = run(root, process.execPath, args);
  await command.writes(locked, 2);
  await command.endsWithoutTrace(1);
});
