// Whom a port reaches, and what a message may contain: the tables in docs/runtime-connect.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachBrowser, type Run } from "./in-browsers.ts";
import { html } from "./pages.ts";
import { withScripts } from "./with-scripts.ts";

/** What is posted, as the property `v` of a message, and the type that arrives. */
const values = {
  "a plain object": { code: "{ a: [1] }", cloned: "Object", json: "Object" },
  undefined: { code: "undefined", cloned: "Undefined", json: "nothing" },
  NaN: { code: "NaN", cloned: "Number", json: "Null" },
  "a Map": { code: "new Map()", cloned: "Map", json: "Object" },
  "a Set": { code: "new Set()", cloned: "Set", json: "Object" },
  "an Error": { code: "new TypeError()", cloned: "Error", json: "Object" },
  "a Date": { code: "new Date()", cloned: "Date", json: "String" },
  "a Uint8Array": { code: "new Uint8Array(1)", cloned: "Uint8Array", json: "Object" },
  "a BigInt": { code: "1n", cloned: "BigInt", json: "postMessage() throws" },
  "an object that contains itself": {
    code: "(() => { const o = {}; return (o.o = o); })()",
    cloned: "Object",
    json: "postMessage() throws",
  },
  "a function": { code: "() => {}", cloned: "postMessage() throws", json: "nothing" },
  "a DOM node": { code: "document", cloned: "postMessage() throws", json: "Object" },
};
const posted = Object.entries(values).map(([name, { code }]) => `["${name}", ${code}]`);
const postsValues = {
  content: `const port = browser.runtime.connect();
for (const [name, v] of [${posted.join()}]) {
  try {
    port.postMessage({ name, v });
  } catch {
    port.postMessage({ name, throws: true });
  }
}`,
  background: `browser.runtime.onConnect.addListener((port) => port.onMessage.addListener((m) => {
  const arrived = "v" in m ? Object.prototype.toString.call(m.v).slice(8, -1) : "nothing";
  console.log(m.name + ": " + (m.throws ? "postMessage() throws" : arrived));
}));`,
};

async function valuesArrive(run: Run, how: "cloned" | "json") {
  await (await run.newTab()).goto(run.url);
  const lines = Object.entries(values).map(([name, expected]) => `${name}: ${expected[how]}`);
  await run.extension.logged({ "background-script": lines });
}

inEachBrowser("messages", { folder: withScripts(postsValues) }, (run) => {
  test("Firefox copies values with structured clone, Chromium serializes them as JSON", () =>
    valuesArrive(run, run.target.browser === "firefox" ? "cloned" : "json"));
});

const cloning = withScripts(postsValues, { message_serialization: "structured_clone" });
inEachBrowser("the manifest asks for structured clone", { folder: cloning }, (run) => {
  test("both browsers copy values with structured clone", () => valuesArrive(run, "cloned"));
});

const listens = {
  background: `browser.runtime.onMessage.addListener(() => console.log(browser.runtime.id));
browser.runtime.onConnectExternal.addListener((port) => {
  console.log(port.name + (port.sender.id ? " has an ID" : " has a URL"));
});`,
  content: "browser.runtime.sendMessage({});",
};
const fromOutside = withScripts(listens, {
  externally_connectable: { ids: ["*"], matches: ["http://127.0.0.1/*"] },
});
inEachBrowser("ports from outside", { folder: fromOutside }, (run) => {
  test("other extensions connect, and web pages in Chromium only", async () => {
    const page = await run.newTab();
    await page.goto(run.url);
    const { "background-script": [id = ""] = [] } = await run.extension.nextLines({
      "background-script": ["the ID"],
    });
    const connects = { background: `browser.runtime.connect("${id}", { name: "extension" });` };
    const other = { gecko: { id: "another@runtime-connect.example" } };
    await run.install(withScripts(connects, { browser_specific_settings: other })(run.target));
    await run.extension.logged({ "background-script": ["extension has an ID"] });

    // In Firefox, a web page does not have this function.
    const code = `globalThis.chrome?.runtime?.connect("${id}", { name: "page" }) !== undefined`;
    const hasConnected = await page.evaluate(code);
    assert.equal(hasConnected, run.target.browser === "chromium");
    if (hasConnected) await run.extension.logged({ "background-script": ["page has a URL"] });
  });
});

const inFrames = {
  background: `browser.runtime.onMessage.addListener((m, { tab }) => {
  const port = browser.tabs.connect(tab.id);
  port.onDisconnect.addListener(() => console.log("onDisconnect"));
  port.postMessage("hello");
});`,
  content: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener((m) => console.log(m));
  port.onDisconnect.addListener(() => console.log("onDisconnect"));
  if (window !== top) document.onclick = () => port.disconnect();
});
if (window === top) document.onclick = () => browser.runtime.sendMessage({});
console.log("runs");`,
};
const allFrames = {
  content_scripts: [{ js: ["dist/content-script.js"], matches: ["<all_urls>"], all_frames: true }],
};
const pages = { "/": `${html("Top")}<iframe src="/frame"></iframe>`, "/frame": html("Frame") };
inEachBrowser("frames", { pages, folder: withScripts(inFrames, allFrames) }, (run) => {
  test("tabs.connect() reaches all frames, and one of them can end the port", async () => {
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.logged({ "content-script": ["runs", "runs"] });
    // In Chromium, the other frame gets no event: not until the next port opens either.
    const inOtherFrame = run.target.browser === "firefox" && { "content-script": ["onDisconnect"] };
    for (const _round of [1, 2]) {
      await page.click("p");
      await run.extension.logged({ "content-script": ["hello", "hello"] });
      await page.frames()[1]?.click("p");
      await run.extension.logged({ "background-script": ["onDisconnect"], ...inOtherFrame });
    }
  });
});
