// What may arrive over a port that is not one of the greetings.
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, test } from "node:test";
import type { Page } from "puppeteer-core";
import { root, type Target } from "../scripts/project.ts";
import {
  converse,
  inBackgroundScript,
  inContentScript,
  opened,
  openedByButton,
  openTab,
  pageClicked,
  settle,
} from "./conversation.ts";
import { freeMemory } from "./firefox-privileged.js";
import { inChromium, inEachBrowser, inFirefox } from "./in-browsers.ts";
import { go, goTo, html } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

const pages = {
  "/": html("One"),
  "/two": html("Two"),
  "/prerenders": `${html("Now")}
    <script type="speculationrules">{ "prerender": [{ "urls": ["/prerendered"] }] }</script>`,
  // Asks its peer for a port when the content scripts have run.
  "/prerendered": `${html("Next")}<script>
    const detail = JSON.stringify({ name: "connect to the page as", message: "port-from-cs" });
    addEventListener("load", () => setTimeout(() => {
      if (document.prerendering) document.dispatchEvent(new CustomEvent("post", { detail }));
    }, 500));
  </script>`,
};

/** This extension, with another script on either side that posts what the test asks for. */
function withPeers(target: Target) {
  const peers = path.join(root, "test/peer");
  const folder = copyExtension(target.folder, ({ background, content_scripts }) => {
    background.scripts?.push("peer/background.js");
    if (background.service_worker) background.service_worker = "both.js";
    content_scripts[0].js.push("peer/content.js");
  });
  cpSync(peers, path.join(folder, "peer"), { recursive: true });
  writeFileSync(
    path.join(folder, "both.js"),
    'importScripts("dist/background-script.js", "peer/background.js");',
  );
  return folder;
}

/** Asks the peer in a page to open a port, and to post a message over it. */
const postIn = (page: Page, name: string, message?: unknown) =>
  page.evaluate(
    (detail) => document.dispatchEvent(new CustomEvent("post", { detail })),
    JSON.stringify({ name, message }),
  );

const options = { pages, folder: withPeers, settle };

inEachBrowser("what arrives", options, (run) => {
  let page: Page;
  beforeEach(async () => {
    page = await openTab(run);
  });
  const post = (name: string, message?: unknown) => postIn(page, name, message);

  /** The peer's port, which connected last, has ended: the button opens another. */
  async function converseOverNewPort() {
    await page.click("p");
    await run.extension.logged(pageClicked);
    await run.extension.clickBrowserAction();
    await run.extension.logged(openedByButton);
  }

  const notGreetings = [
    null,
    42,
    "hello",
    ["hello"],
    {},
    { hello: "greeting" },
    { greeting: 42 },
    { greeting: null },
    { greeting: { toString: "no" } },
  ];

  test("the background script ignores a message that is not a greeting", async () => {
    for (const message of notGreetings) await post("port-from-cs", message);
    await post("port-from-cs", { greeting: "hello" });
    await run.extension.logged({ "background-script": [inBackgroundScript, "hello"] });
    await converseOverNewPort();
  });

  test("the content script ignores a message that is not a greeting", async () => {
    for (const message of notGreetings) await post("to the page", message);
    await post("to the page", { greeting: "hello" });
    await run.extension.logged({ "content-script": [inContentScript, "hello"] });
    await converse(run, page);
  });

  test("the background script logs a greeting of a megabyte", async () => {
    const greeting = "x".repeat(1_000_000);
    await post("port-from-cs", { greeting });
    await run.extension.logged({ "background-script": [inBackgroundScript, greeting] });
    await converseOverNewPort();
  });

  test("the background script ignores a port with another name", async () => {
    await post("another", { greeting: "hello" });
    await run.extension.logged({ background: ["over another: hello"] });
    await converse(run, page);
  });

  test("the content script ignores a port with another name", async () => {
    await post("connect to the page as", "another");
    await run.extension.logged({
      background: ["The page has ended the port."],
      content: ["over another: hello"],
    });
    await converse(run, page);
  });

  test("a page that the background script has connected to closes its own port", async () => {
    await post("how many are open");
    await run.extension.logged({ background: ["1"] });
    // Leaves the background script without a port, so that the button opens one.
    await post("port-from-cs");
    await converseOverNewPort();
    await post("how many are open");
    await run.extension.logged({ background: ["0"] });
  });

  test("browser.runtime is undefined, as after some updates: the content script throws nothing", async () => {
    await page.evaluate(() => document.dispatchEvent(new Event("lose the runtime API")));
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await go(page, -1, "One");
    await page.click("p");
  });
});

inFirefox("ports in memory", options, (run) => {
  test("ports of pages that were left do not stay in memory", async () => {
    const page = await openTab(run);
    for (let i = 0; i < 20; i++) {
      await page.goto(`${run.url}/?${i}`);
      await run.extension.logged(opened);
    }
    for (let left = Infinity; left > 1; ) {
      await run.extension.evaluate(freeMemory);
      await postIn(page, "how many are in memory");
      const { background: [count] = [] } = await run.extension.nextLines({ background: ["1"] });
      assert.ok(Number(count) < left, `${count} of 21 ports are in memory`);
      left = Number(count);
    }
  });
});

inChromium("a port to a prerendered page", options, (run) => {
  test("no page is listening", async () => {
    const page = await run.newTab();
    await page.goto(`${run.url}/prerenders`);
    await run.extension.logged({
      ...opened,
      background: ["Could not establish connection. Receiving end does not exist."],
    });
    await converse(run, page);
  });
});
