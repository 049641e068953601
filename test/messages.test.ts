// What may arrive from a port that is not one of the documented greetings.
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, test } from "node:test";
import type { Page } from "puppeteer-core";
import { root, type Target } from "../scripts/project.ts";
import { inEachBrowser } from "./in-browsers.ts";
import { inBackgroundScript, inContentScript, openedByButton, pageClicked } from "./lines.ts";
import { copyExtension } from "./project-copy.ts";

/** This extension, with another script on either side that posts what the test asks for. */
function withPeers(target: Target) {
  const peers = path.join(root, "test/peer");
  const folder = copyExtension(
    target.folder,
    ["dist", "icons"],
    ({ background, content_scripts }) => {
      background.scripts?.push("peer/background.js");
      if (background.service_worker) background.service_worker = "both.js";
      content_scripts[0].js.push("peer/content.js");
    },
  );
  cpSync(peers, path.join(folder, "peer"), { recursive: true });
  writeFileSync(
    path.join(folder, "both.js"),
    'importScripts("dist/background-script.js", "peer/background.js");',
  );
  return folder;
}

inEachBrowser("what arrives", { folder: withPeers }, (run) => {
  let page: Page;
  beforeEach(async () => {
    page = await run.openTab();
  });

  const post = (name: string, message?: unknown) =>
    page.evaluate(
      (detail) => document.dispatchEvent(new CustomEvent("post", { detail })),
      JSON.stringify({ name, message }),
    );

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
    await run.converse(page);
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
    await run.converse(page);
  });

  test("the content script ignores a port with another name", async () => {
    await post("connect to the page as", "another");
    await run.extension.logged({ content: ["over another: hello"] });
    await run.converse(page);
  });

  test("a page that the background script has connected to closes its own port", async () => {
    await post("how many");
    await run.extension.logged({ background: ["1"] });
    // Leaves the background script without a port, so that the button opens one.
    await post("port-from-cs");
    await converseOverNewPort();
    await post("how many");
    await run.extension.logged({ background: ["0"] });
  });
});
