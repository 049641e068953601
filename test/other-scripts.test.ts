// What browsers do with scripts that do not do what this example does: the tables in docs/runtime-connect.md,
// and the errors that docs/troubleshooting.md explains.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, type Target } from "../scripts/project.ts";
import { browserErrors } from "./error-texts.ts";
import { inChromium, inEachBrowser, inFirefox } from "./in-browsers.ts";
import { copyExtension } from "./project-copy.ts";

/** Makes an extension of other scripts, and of keys that replace those of the target's manifest. */
function withScripts({ content = "", background = "", keys = {} }) {
  return ({ folder }: Target) => {
    const copy = copyExtension(folder, (manifest) => Object.assign(manifest, keys));
    writeFileSync(path.join(copy, "dist/content-script.js"), content);
    writeFileSync(path.join(copy, "dist/background-script.js"), background);
    return copy;
  };
}

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
const arrive = (how: "cloned" | "json") => ({
  "background-script": Object.entries(values).map(([name, type]) => `${name}: ${type[how]}`),
});

/** What the scripts of an extension log when a page opens. */
const logged = {
  "Firefox copies values with structured clone, Chromium serializes them as JSON": {
    ...postsValues,
    firefox: arrive("cloned"),
    chromium: arrive("json"),
  },
  "both browsers copy values with structured clone if the manifest asks for it": {
    ...postsValues,
    keys: { message_serialization: "structured_clone" },
    firefox: arrive("cloned"),
    chromium: arrive("cloned"),
  },
  "a message of 64 MiB arrives in Firefox, and postMessage() throws in Chromium": {
    content: 'browser.runtime.connect().postMessage("x".repeat(64 * 1024 * 1024));',
    background: `browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener(({ length }) => console.log(length));
});`,
    firefox: { "background-script": [String(64 * 1024 * 1024)] },
    chromium: { "content-script": [`uncaught: ${browserErrors.tooLong}`] },
  },
  "no script listens: the error is in port.error or lastError, and Chromium logs an error that no listener reads":
    {
      content: `browser.runtime.connect().onDisconnect.addListener(({ error }) => {
  console.log((error ?? browser.runtime.lastError).message);
});
browser.runtime.connect();`,
      firefox: { "content-script": [browserErrors.noReceiver] },
      chromium: {
        "content-script": [browserErrors.noReceiver],
        page: [`error: ${browserErrors.unchecked}`],
      },
    },
};
for (const [title, { firefox, chromium, ...scripts }] of Object.entries(logged)) {
  inEachBrowser("a page opens", { folder: withScripts(scripts) }, (run) => {
    test(title, async () => {
      await (await run.newTab()).goto(run.url);
      await run.extension.logged({ firefox, chromium }[run.target.browser]);
    });
  });
}

const asks = withScripts({
  content: `chrome.runtime.sendMessage("first", () => console.log(chrome.runtime.lastError.message));
browser.runtime.sendMessage("second").catch(({ message }) => console.log(message));`,
  // The first message gets no answer, and the second would get one later.
  background: `browser.runtime.onMessage.addListener((m) => {
  console.log(m);
  return m === "second";
});`,
});
inChromium("sendMessage() gets no answer", { folder: asks }, (run) => {
  test("because no listener answers, and because the script that would answer stops", async () => {
    await (await run.newTab()).goto(run.url);
    await run.extension.logged({
      "background-script": ["first", "second"],
      "content-script": [browserErrors.notAnswered],
    });
    await run.extension.endBackground();
    await run.extension.logged({ "content-script": [browserErrors.stoppedBeforeAnswer] });
  });
});

const fromOutside = withScripts({
  background: `console.log(browser.runtime.id);
browser.runtime.onConnectExternal.addListener((port) => {
  console.log(port.name + (port.sender.id ? " has an ID" : " has a URL"));
});`,
  keys: { externally_connectable: { ids: ["*"], matches: ["http://127.0.0.1/*"] } },
});
inEachBrowser("ports from outside", { folder: fromOutside }, (run) => {
  test("other extensions connect, and web pages in Chromium only", async () => {
    const lines = await run.extension.nextLines({ "background-script": ["the ID"] });
    const id = lines["background-script"]?.[0];
    const connects = withScripts({
      background: `browser.runtime.connect("${id}", { name: "extension" });`,
      keys: { browser_specific_settings: { gecko: { id: "another@runtime-connect.example" } } },
    });
    await run.install(connects(run.target));
    await run.extension.logged({ "background-script": ["extension has an ID"] });

    const page = await run.newTab();
    await page.goto(run.url);
    // In Firefox, a web page does not have this function.
    const code = `globalThis.chrome?.runtime?.connect("${id}", { name: "page" }) !== undefined`;
    const hasConnected = await page.evaluate(code);
    assert.equal(hasConnected, run.target.browser === "chromium");
    if (hasConnected) await run.extension.logged({ "background-script": ["page has a URL"] });
  });
});

/** Makes an extension that lacks scripts, as it does before npm run build. */
function without(scripts: string[], { folder }: Target) {
  const copy = copyExtension(folder);
  for (const script of scripts) rmSync(path.join(copy, `dist/${script}.js`));
  return copy;
}

const notBuilt = (target: Target) => without(["background-script", "content-script"], target);
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
  const version2 = { manifest_version: 2, action: undefined, background: undefined };
  // If both scripts are missing, Chromium names only one of them.
  for (const [folder, message] of [
    [without(["background-script"], run.target), browserErrors.noServiceWorker],
    [without(["content-script"], run.target), browserErrors.noScript],
    [withScripts({ keys: version2 })(run.target), browserErrors.version2],
  ] as const) {
    test(message, () =>
      assert.rejects(run.browser.install(folder), (error: Error) =>
        error.message.endsWith(message),
      ),
    );
  }
});

test("TypeScript does not know the types of the extension APIs", () => {
  const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
  const { stdout } = spawnSync("npx", ["tsc", "--noEmit", "--types", "node"], options);
  assert.ok(stdout.includes(browserErrors.noTypes), stdout);
});
