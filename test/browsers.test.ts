// What tests and start commands need from both browsers, besides what other tests see.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readLog } from "../scripts/browsers/chromium-lines.ts";
import { folders, type Target } from "../scripts/project.ts";
import { buttonHasColor } from "./firefox-privileged.js";
import { inEachBrowser, inFirefox } from "./in-browsers.ts";
import { copyExtension, edit } from "./project-copy.ts";

const icon = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg"><rect width="100%" height="100%" fill="${color}"/></svg>`;
const copies = new Map(folders.map((folder) => [folder, withIcon(folder)]));
const copyOf = ({ folder }: Target) => copies.get(folder) ?? "";

function withIcon(folder: string) {
  const copy = copyExtension(folder, ({ browser_action, action = browser_action }) => {
    Object.assign(action ?? {}, { default_icon: "icon.svg" });
  });
  writeFileSync(path.join(copy, "icon.svg"), icon("#ff0000"));
  return copy;
}

inFirefox("the reload on save", { folder: copyOf }, (run) => {
  test("the toolbar shows a new icon", async () => {
    await run.extension.evaluate(buttonHasColor, "255,0,0");
    writeFileSync(path.join(copyOf(run.target), "icon.svg"), icon("#0000ff"));
    await run.extension.reload();
    await run.extension.evaluate(buttonHasColor, "0,0,255");
  });
});

inEachBrowser("the reload on save", { folder: copyOf }, (run) => {
  test("another ID is an error", async () => {
    const manifest = path.join(copyOf(run.target), "manifest.json");
    if (run.target.browser === "firefox") edit(manifest, '"id":"', '"id":"2');
    // In Chromium, the ID follows from a key.
    else {
      const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
      const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
      edit(manifest, '"manifest_version":', `"key":"${key}","manifest_version":`);
    }
    await assert.rejects(run.extension.reload(), /ID has changed/);
  });
});

test("a line of Chromium's log is read although another program has written on the same line", async () => {
  const entry =
    '[1:2:1127/103000.5:INFO:CONSOLE:3] "hello", source: chrome-extension://id/a.js (3)\n';
  const log = Readable.from(["touch: cannot touch ", entry, "No such file", entry]);
  const texts: string[] = [];
  readLog(log, ({ text }) => texts.push(text));
  await once(log, "end");
  assert.deepEqual(texts, ["hello", "hello"]);
});
