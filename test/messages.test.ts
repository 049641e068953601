// What may arrive from a port that is not one of the documented greetings.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import manifest from "../manifest.json" with { type: "json" };
import { withBrowser } from "./browser.js";
import { root, startFirefox } from "./firefox.js";
import { buttonClicked, opened, pageClicked } from "./lines.js";

// This extension, with another script on either side that posts what the test asks for.
const folder = mkdtempSync(path.join(tmpdir(), "port-from-cs-"));
for (const part of ["dist", "icons", "test/peer"]) {
  cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
}
const withPeer = structuredClone(manifest);
withPeer.background.scripts.push("test/peer/background.js");
withPeer.content_scripts[0].js.push("test/peer/content.js");
writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(withPeer));

const run = withBrowser(startFirefox, { folder });
let page;

after(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  page ??= await run.browser.newPage();
  await page.goto(run.server.url);
  await run.extension.logged(opened);
});

const post = (name, message) =>
  page.evaluate(
    (detail) => document.dispatchEvent(new CustomEvent("post", { detail })),
    JSON.stringify({ name, message }),
  );

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

/** The port goes on working. */
async function converse() {
  await page.click("p");
  await run.extension.clickBrowserAction();
  await run.extension.logged({ ...pageClicked, ...buttonClicked });
}

test("to the background script, not a greeting: ignored", async () => {
  for (const message of notGreetings) await post("port-from-cs", message);
  await converse();
});

test("to the content script, not a greeting: ignored", async () => {
  for (const message of notGreetings) await post("to the page", message);
  await post("to the page", { greeting: "hello" });
  await run.extension.logged({ "content-script": [buttonClicked["content-script"][0], "hello"] });
  await converse();
});

const long = "x".repeat(1_000_000);
// Firefox's debugger protocol sends no more of it.
const shown = long.slice(0, 1_000);

test("to the background script, a greeting of a megabyte: logged", async () => {
  await post("port-from-cs", { greeting: long });
  await run.extension.logged({ "background-script": [pageClicked["background-script"][0], shown] });
  await converse();
});

test("to the background script, over a port with another name: ignored", async () => {
  await post("another", { greeting: "hello" });
  await converse();
});

test("to the content script, a port with another name: ignored", async () => {
  await post("connect to the page as", "another");
  await converse();
});

test("a page that the background script has connected to closes its own port", async () => {
  await post("how many");
  await run.extension.logged({ background: ["1"] });
  // Leaves the background script without a port, so that the button opens one.
  await post("port-from-cs");
  await converse();
  await post("how many");
  await run.extension.logged({ background: ["0"] });
});
