// What holds the project together, and which files an extension consists of.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import packageJson from "../package.json" with { type: "json" };
import { filesOf } from "../scripts/extension-files.ts";
import { folders, readManifest, root } from "../scripts/project.ts";
import { emptyFolder } from "./project-copy.ts";

test("the manifests and package.json agree", () => {
  const manifests = folders.map(readManifest);
  for (const key of ["version", "description"] as const) {
    for (const manifest of manifests) assert.equal(manifest[key], packageJson[key]);
  }
  for (const key of ["name", "homepage_url", "browser_specific_settings"] as const) {
    for (const manifest of manifests) assert.deepEqual(manifest[key], manifests[0]?.[key]);
  }
});

test("the files of an extension are those that its manifest and its pages name", () => {
  const folder = emptyFolder();
  const write = (file: string, text = "") => writeFileSync(path.join(folder, file), text);
  mkdirSync(path.join(folder, "_locales/de"), { recursive: true });
  for (const file of ["a.js", "popup.js", "unused.js", "_locales/de/messages.json"]) write(file);
  write("popup.html", '<script src="popup.js"></script><a href="https://example.com/b.js">');
  const manifest = { action: { default_popup: "popup.html" }, default_locale: "de" };
  function files(resources: string[]) {
    write(
      "manifest.json",
      JSON.stringify({ ...manifest, web_accessible_resources: [{ resources }] }),
    );
    return filesOf(folder).sort();
  }
  const named = ["_locales/de/messages.json", "a.js", "manifest.json", "popup.html", "popup.js"];
  assert.deepEqual(files(["/a.js"]), named);
  assert.throws(() => files(["b.woff2"]), /names a file that does not exist: b\.woff2/);
  assert.throws(() => files(["*.js"]), /names files by the pattern \*\.js\. Name each file/);
});

test("imports run one way: project, browsers, commands; nothing but a test imports test/", () => {
  const order = ["scripts/project.ts", "scripts/browsers/", "scripts/", "test/"];
  const rank = (file: string) => order.findIndex((start) => file.startsWith(start));
  const files = ["scripts", "test"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true }).map((file) => `${folder}/${file}`),
  );
  let imports = 0;
  for (const importer of files.filter((file) => file.endsWith(".ts"))) {
    const source = readFileSync(path.join(root, importer), "utf8");
    for (const [, specifier = ""] of source.matchAll(/(?:from|import) "(\..*?\.ts)"/g)) {
      const imported = path.posix.join(path.dirname(importer), specifier);
      assert.ok(rank(imported) <= rank(importer), `${importer} imports ${imported}`);
      imports++;
    }
  }
  assert.ok(imports > 0);
});
