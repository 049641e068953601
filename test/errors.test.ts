// The errors of browsers and of TypeScript that docs/troubleshooting.md explains, provoked one by one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { filesOf } from "../scripts/extension-files.ts";
import { type Target, targets } from "../scripts/project.ts";
import { inChromium, inEachBrowser, inFirefox } from "./in-browsers.ts";
import { browserErrors } from "./lines.ts";
import { goTo, html } from "./pages.ts";
import { copyExtension, copyProject, edit } from "./project-copy.ts";
import { withScripts } from "./with-scripts.ts";

/** An extension without its scripts, as it is before npm run build, or without some of them. */
const without = (scripts: RegExp, { folder }: Target) =>
  copyExtension(
    folder,
    undefined,
    filesOf(folder).filter((file) => !scripts.test(file)),
  );
const notBuilt = (target: Target) => without(/^dist/, target);

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

const logsWhatEndsPorts = {
  content: 'if (location.pathname === "/") browser.runtime.connect();',
  background: `browser.runtime.onConnect.addListener((port) => {
  console.log("connected");
  port.onDisconnect.addListener(() => console.log(browser.runtime.lastError.message));
});`,
};
const pages = { "/": html("One"), "/two": html("Two") };
inChromium("the user leaves", { pages, folder: withScripts(logsWhatEndsPorts) }, (run) => {
  test("the error says that the page is in the back/forward cache", async () => {
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.logged({ "background-script": ["connected"] });
    await goTo(page, `${run.url}/two`);
    await run.extension.logged({ "background-script": [browserErrors.cached] });
  });
});

const doesNotAnswer = {
  content: "chrome.runtime.sendMessage({}, () => console.log(chrome.runtime.lastError.message));",
  background: "browser.runtime.onMessage.addListener(() => {});",
};
inChromium("no listener answers", { folder: withScripts(doesNotAnswer) }, (run) => {
  test("the callback of sendMessage() finds an error", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged({ "content-script": [browserErrors.notAnswered] });
  });
});

const answersLater = {
  content: "browser.runtime.sendMessage({}).catch(({ message }) => console.log(message));",
  background: `browser.runtime.onMessage.addListener(() => {
  console.log("received");
  return true;
});`,
};
inChromium("the script that would answer stops", { folder: withScripts(answersLater) }, (run) => {
  test("the promise of sendMessage() is rejected", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged({ "background-script": ["received"] });
    await run.extension.endBackground();
    await run.extension.logged({ "content-script": [browserErrors.stoppedBeforeAnswer] });
  });
});

const posts64MiB = {
  content: 'browser.runtime.connect().postMessage("x".repeat(64 * 1024 * 1024));',
  background: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(({ length }) => console.log(length));
});`,
};
inEachBrowser("a message has 64 MiB", { folder: withScripts(posts64MiB) }, (run) => {
  test("it arrives in Firefox, and postMessage() throws in Chromium", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged(
      run.target.browser === "firefox"
        ? { "background-script": [String(64 * 1024 * 1024)] }
        : { "content-script": [`uncaught: ${browserErrors.tooLong}`] },
    );
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

inChromium("a folder that Chromium refuses", {}, (run) => {
  test("the error names the reason", async () => {
    const { firefox, chromium } = targets;
    // If both scripts are missing, Chromium names only one of them.
    for (const [folder, message] of [
      [without(/background-script/, chromium), browserErrors.noServiceWorker],
      [without(/content-script/, chromium), browserErrors.noScript],
      [firefox.folder, browserErrors.version2],
    ] as const) {
      await assert.rejects(run.browser.install(folder), ({ message: thrown }: Error) =>
        thrown.endsWith(message),
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
