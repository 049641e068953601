// What happens to a port in ordinary use. The documented example fails most of these.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import manifest from "../manifest.json" with { type: "json" };
import { findFirefox } from "../scripts/find-firefox.js";
import { serve } from "../scripts/serve.js";
import { nextLine, root, startFirefox } from "./firefox.js";
import { buttonClicked, noPage, opened, pageClicked } from "./lines.js";

const html = (text) => `<!doctype html><title>${text}</title><p>${text}`;
const pages = {
  "/": html("One"),
  "/two": html("Two"),
  "/svg": {
    "Content-Type": "image/svg+xml",
    body: '<svg xmlns="http://www.w3.org/2000/svg"><circle r="50"/></svg>',
  },
  "/xml": { "Content-Type": "text/xml", body: "<greeting>hello</greeting>" },
  "/text": { "Content-Type": "text/plain", body: "hello" },
  "/image": {
    "Content-Type": "image/gif",
    body: Buffer.from("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=", "base64"),
  },
  "/sandbox": { "Content-Security-Policy": "sandbox; default-src 'none'", body: html("Alone") },
  "/frames": "<!doctype html><title>Frames</title><p>Frames <iframe src='/'></iframe>",
  "/new-body": `${html("Old")}<script>document.body = document.createElement("body")</script>`,
  "/stops": `${html("Stops")}<h1>Does not</h1><script>
    document.querySelector("p").addEventListener("click", (event) => event.stopPropagation());
  </script>`,
};

let server;
let firefox;
let extension;
let open = [];

before(async () => {
  server = await serve(pages);
  firefox = await startFirefox(await findFirefox());
  extension = await firefox.install(root);
});
after(async () => {
  await firefox?.close();
  server.close();
});
afterEach(async () => {
  for (const page of open) await page.close();
  open = [];
  // Nothing that no test has asked for.
  await extension.logged({});
});

async function newTab() {
  const page = await firefox.newPage();
  open.push(page);
  return page;
}

/** Does not wait for the load event, which documents other than HTML do not report. */
const go = (page, path) => page.evaluate((url) => location.assign(url), server.url + path);

async function openTab(path = "/") {
  const page = await newTab();
  await go(page, path);
  await extension.logged(opened);
  return page;
}

/** One click is one greeting, and one press of the button is one greeting, heard in this page. */
async function converse(page, target = "p") {
  await page.click(target);
  await Promise.all([nextLine(page), extension.clickBrowserAction()]);
  await extension.logged({ ...pageClicked, ...buttonClicked });
}

test("the button, before any page has connected, and on an about: page", async () => {
  await extension.clickBrowserAction();
  await extension.logged(noPage);
  await (await newTab()).goto("about:blank");
  await extension.clickBrowserAction();
  await extension.logged(noPage);
});

test("the button, after every page was closed", async () => {
  const page = await openTab();
  const blank = await newTab();
  await page.close();
  open = [blank];
  await extension.clickBrowserAction();
  await extension.logged(noPage);
});

test("the tab that connected last is closed while another is open", async () => {
  const first = await openTab();
  const last = await openTab();
  await last.close();
  open = [first];
  await first.bringToFront();
  await Promise.all([nextLine(first), extension.clickBrowserAction()]);
  await extension.logged(buttonClicked);
  await converse(first);
});

test("an earlier tab is closed: the one that connected last goes on hearing, as documented", async () => {
  const earlier = await openTab();
  const last = await openTab();
  const blank = await newTab();
  await earlier.close();
  open = [last, blank];
  await Promise.all([nextLine(last), extension.clickBrowserAction()]);
  await extension.logged(buttonClicked);
});

test("a page is left for one without a content script: its port does not outlive it", async () => {
  const page = await openTab();
  await page.goto("about:blank");
  await extension.clickBrowserAction();
  await extension.logged(noPage);
  await page.evaluate(() => history.back());
  await extension.logged(opened);
  await converse(page);
});

test("Back and Forward, ten times", async () => {
  const page = await openTab("/");
  const keep = () => page.evaluate(() => Object.assign(window, { kept: true }) && null);
  await keep();
  await go(page, "/two");
  await extension.logged(opened);
  await keep();
  for (let i = 0; i < 10; i++) {
    for (const [move, title] of [
      ["back", "One"],
      ["forward", "Two"],
    ]) {
      await page.evaluate((method) => history[method](), move);
      await extension.logged(opened);
      assert.equal(await page.title(), title);
      assert.ok(
        await page.evaluate(() => "kept" in window),
        "the page was asleep, not loaded anew",
      );
      await converse(page);
    }
  }
});

test("the extension is reloaded, and turned off and on, ten times", async () => {
  const page = await openTab();
  for (let i = 0; i < 5; i++) {
    await extension.reload();
    await extension.logged(opened);
    await extension.restart();
    await extension.logged(opened);
  }
  await converse(page);
});

for (const [path, target] of Object.entries({
  "/text": "pre",
  "/image": "img",
  "/sandbox": "p",
  "/frames": "p",
})) {
  test(`a document of another kind: ${path}`, async () => converse(await openTab(path), target));
}

for (const path of ["/svg", "/xml"]) {
  test(`a document without a body: ${path}`, async () => {
    const page = await openTab(path);
    await page.mouse.click(20, 20);
    await extension.clickBrowserAction();
    await extension.logged(buttonClicked);
  });
}

test("a page that replaces its body: the new one is not listened to, as documented", async () => {
  const page = await openTab("/new-body");
  await page.mouse.click(20, 20);
  await extension.clickBrowserAction();
  await extension.logged(buttonClicked);
});

test("a page that stops the click: it does not get to the body, as documented", async () => {
  const page = await openTab("/stops");
  await page.click("p");
  await page.click("h1");
  await extension.clickBrowserAction();
  await extension.logged({ ...pageClicked, ...buttonClicked });
});

/** These run in Firefox, with the browser's own privileges. */
const killProcessOf = `((browser) => Cc["@mozilla.org/processtools-service;1"]
  .getService(Ci.nsIProcessToolsService)
  .kill(browser.browsingContext.currentWindowGlobal.domProcess.osPid))`;

test("the page's process is killed", async () => {
  const page = await openTab();
  await extension.evaluate(`new Promise((resolve) => {
    const { selectedBrowser } = Services.wm.getMostRecentWindow("navigator:browser").gBrowser;
    selectedBrowser.addEventListener("oop-browser-crashed", () => resolve(), { once: true });
    ${killProcessOf}(selectedBrowser);
  })`);
  await extension.clickBrowserAction();
  await extension.logged(noPage);
  await page.goto(`${server.url}/two`);
  await extension.logged(opened);
  await converse(page);
});

test("the background script's process is killed", async () => {
  const page = await openTab();
  await extension.evaluate(`new Promise((resolve) => {
    const { extension } = WebExtensionPolicy.getByID("${manifest.browser_specific_settings.gecko.id}");
    extension.once("background-script-started", () => resolve());
    ${killProcessOf}([...extension.views][0].xulBrowser);
  })`);
  await page.click("p");
  await extension.logged({
    "background-script": [...opened["background-script"], ...pageClicked["background-script"]],
    "content-script": opened["content-script"],
  });
  await converse(page);
});
