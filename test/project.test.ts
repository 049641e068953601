// What holds the project together, and which files an extension consists of.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
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

describe("the files of an extension are those that its manifest, pages, and style sheets name", () => {
  const folder = emptyFolder();
  const write = (file: string, text = "") => writeFileSync(path.join(folder, file), text);
  function files(manifest: string) {
    write("manifest.json", manifest);
    return filesOf(folder).sort();
  }

  test("with any name", () => {
    mkdirSync(path.join(folder, "_locales/de"), { recursive: true });
    const named = ["_locales/de/messages.json", "a b.js", "a.css", "a.js", "b.css", "b.png"];
    named.push("icon 16.png", "icon.avif", "manifest.json", "popup.html");
    for (const file of [...named, "unused.js"]) write(file);
    const page = `<link href='a.css?1'><script src=a.js></script><script src="/a%20b.js"></script>
      <a href="https://example.com/b.js"><a href="//example.com/b.js"><a href="/">
      <!-- <script src="old.js"></script> -->`;
    write("popup.html", page);
    write(
      "a.css",
      "@import 'b.css'; p { background: url( b.png#1 ), url(data:,) /* url(c.png) */ }",
    );
    const manifest = {
      default_locale: "de",
      name: "Vue.js",
      description: "x".repeat(300),
      icons: { 16: "icon 16.png", 32: "icon.avif" },
      web_accessible_resources: [{ resources: ["/popup.html"], matches: ["https://*/*"] }],
    };
    // Some editors begin a file with a byte order mark.
    assert.deepEqual(files(`\uFEFF${JSON.stringify(manifest)}`), named);
  });

  for (const [manifest, problem] of [
    ["null", /manifest\.json is no object: a manifest begins with {/],
    ["[]", /is no object/],
    ['{"web_accessible_resources": "a.js"}', /web_accessible_resources that are not a list/],
    ['{"web_accessible_resources": ["*.js"]}', /the pattern \*\.js\. Name each file/],
    ['{"web_accessible_resources": ["b.woff2"]}', /a file that does not exist: b\.woff2/],
    ['{"default_locale": "fr"}', /default_locale .* not exist: _locales\/fr\/messages\.json/],
  ] as const) {
    test(`unless it is ${manifest}`, () => assert.throws(() => files(manifest), problem));
  }
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
