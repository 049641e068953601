// What holds the project together.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import mv2 from "../manifest.json" with { type: "json" };
import mv3 from "../mv3/manifest.json" with { type: "json" };
import packageJson from "../package.json" with { type: "json" };
import { root } from "../scripts/project.ts";

test("the manifests and package.json agree", () => {
  const { name, version, description, homepage_url, browser_specific_settings } = mv2;
  const inAll = { version, description };
  assert.deepEqual({ ...packageJson, ...inAll }, packageJson);
  const inBoth = { ...inAll, name, homepage_url, browser_specific_settings };
  assert.deepEqual({ ...mv3, ...inBoth }, mv3);
});

test("imports run one way: project, browsers, commands; nothing but a test imports test/", () => {
  const rank = (file: string) =>
    ["scripts/project.ts", "scripts/browsers/", "scripts/", "test/"].findIndex((start) =>
      file.startsWith(start),
    );
  let imports = 0;
  for (const folder of ["scripts", "scripts/browsers", "test"]) {
    for (const file of readdirSync(path.join(root, folder)).filter((name) =>
      name.endsWith(".ts"),
    )) {
      const importer = `${folder}/${file}`;
      const source = readFileSync(path.join(root, importer), "utf8");
      for (const [, specifier = ""] of source.matchAll(/(?:from|import) "(\..*?\.ts)"/g)) {
        const imported = path.posix.join(folder, specifier);
        assert.ok(rank(imported) <= rank(importer), `${importer} imports ${imported}`);
        imports++;
      }
    }
  }
  assert.ok(imports > 0);
});
