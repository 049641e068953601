// The errors of browsers and of TypeScript that docs/troubleshooting.md explains, provoked one by one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Target } from "../scripts/project.ts";
import { inChromium, inEachBrowser, inFirefox } from "./in-browsers.ts";
import { browserErrors } from "./lines.ts";
import { copyExtension, copyProject, edit } from "./project-copy.ts";

/** An extension whose two scripts run this. */
const withScripts =
  ({ content, background = "" }: { content: string; background?: string }) =>
  (target: Target) => {
    const folder = copyExtension(target.folder, ["dist", "icons"], () => {});
    writeFileSync(path.join(folder, "dist/content-script.js"), content);
    writeFileSync(path.join(folder, "dist/background-script.js"), background);
    return folder;
  };

/** The target's extension as it is before npm run build. */
const notBuilt = ({ folder }: Target) => copyExtension(folder, ["icons"], () => {});

const logsReason = `browser.runtime.connect().onDisconnect.addListener(({ error }) => {
  console.log((error ?? browser.runtime.lastError).message);
});`;
inEachBrowser("no script listens", { folder: withScripts({ content: logsReason }) }, (run) => {
  test("the error is in port.error or in lastError", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged({ "content-script": [browserErrors.noReceiver] });
  });
});

const connects = "browser.runtime.connect();";
inChromium("no script listens", { folder: withScripts({ content: connects }) }, (run) => {
  test("Chromium logs the error if no listener reads it", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged({ page: [`error: ${browserErrors.unchecked}`] });
  });
});

const postsClicks = {
  content: `const port = browser.runtime.connect();
port.onDisconnect.addListener(() => console.log("disconnected"));
document.addEventListener("click", () => port.postMessage({}));`,
  background: 'browser.runtime.onConnect.addListener(() => console.log("connected"));',
};
inChromium("the extension is reloaded", { folder: withScripts(postsClicks) }, (run) => {
  test("the old content script throws when it posts", async () => {
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.logged({ "background-script": ["connected"] });
    await run.extension.reload();
    await run.extension.logged({ "content-script": ["disconnected"] });
    await page.click("p");
    await run.extension.logged({ "content-script": [`uncaught: ${browserErrors.invalidated}`] });
  });
});

inFirefox("the scripts are not built", { folder: notBuilt }, (run) => {
  test("each console names the script that is missing", async () => {
    const page = await run.newTab();
    const thrown = new Promise((resolve) => page.once("pageerror", resolve));
    await page.goto(run.url);
    const withoutId = (text: string) => text.replace(/(?<=moz-extension:\/\/)[^/]+/, "…");
    const error = withoutId(String(await thrown));
    assert.ok(error.includes(browserErrors.noContentScript), error);
    const { _generated_background_page: [warning = ""] = [] } = await run.extension.nextLines({
      _generated_background_page: [browserErrors.noBackgroundScript],
    });
    assert.equal(withoutId(warning), `warn: ${browserErrors.noBackgroundScript}`);
  });
});

inChromium("the scripts are not built", {}, (run) => {
  test("Chromium refuses the folder", async () => {
    // If both scripts are missing, Chromium names only one of them.
    for (const [built, message] of [
      ["dist/content-script.js", browserErrors.noServiceWorker],
      ["dist/background-script.js", browserErrors.noScript],
    ] as const) {
      const folder = notBuilt(run.target);
      cpSync(path.join(run.target.folder, built), path.join(folder, built));
      await assert.rejects(run.browser.install(folder), (error: Error) =>
        error.message.endsWith(message),
      );
    }
  });
});

test("TypeScript does not know the types of the extension APIs", () => {
  const project = copyProject();
  edit(path.join(project, "tsconfig.json"), '"types": ["firefox-webext-browser"]', '"types": []');
  const options = { cwd: project, encoding: "utf8", shell: process.platform === "win32" } as const;
  const { stdout } = spawnSync("npx", ["tsc", "--noEmit"], options);
  assert.ok(stdout.includes(browserErrors.noTypes), stdout);
});
