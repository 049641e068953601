// The five steps of the conversation, also in the oldest browsers that the manifests support.
import assert from "node:assert/strict";
import { test } from "node:test";
import { oldestVersion } from "../scripts/project.ts";
import { buttonClicked, opened, openTab, pageClicked } from "./conversation.ts";
import { inEachVersion } from "./in-browsers.ts";

inEachVersion("the conversation", {}, (run) => {
  test("steps 1 to 3: a page opens, and the scripts greet each other", async () => {
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.logged(opened);
  });

  test("step 4: the page is clicked, and the background script logs the message", async () => {
    const page = await openTab(run);
    await page.click("p");
    await run.extension.logged(pageClicked);
  });

  test("step 5: the browser action is clicked, and the content script logs the message", async () => {
    await openTab(run);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });

  test("the manifest supports this version of the browser", async () => {
    const version = await run.browser.version();
    assert.ok(Number(version.match(/\d+/)) >= oldestVersion(run.target), version);
  });
});
