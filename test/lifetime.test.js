// What happens to a port in ordinary use. The documented example fails most of these.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import manifest from "../manifest.json" with { type: "json" };
import { html, shows, withBrowser } from "./browser.js";
import { skip, startChromium } from "./chromium.js";
import { startFirefox } from "./firefox.js";
import {
  buttonClicked,
  noPage,
  opened,
  openedByButton,
  pageClicked,
  theyClickedTheButton,
} from "./lines.js";

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
  // What odd pages do: each of these is from a public report.
  "/pauses": `${html("Pauses")}<button>Pause</button><script>
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) document.querySelector("button").click();
    });
  </script>`,
  "/resumes": `${html("Resumes")}<button>Resume</button><script>
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) document.querySelector("button").click();
    });
  </script>`,
  "/prerenders": `${html("Now")}<a href="/prerendered">Next</a>
    <script type="speculationrules">{ "prerender": [{ "urls": ["/prerendered"] }] }</script>`,
  // Clicks its first tab, by when its content script has run, and tells the page before.
  "/prerendered": `${html("Next")}<button>Tab</button><script>
    setTimeout(() => {
      if (!document.prerendering) return;
      document.querySelector("button").click();
      document.dispatchEvent(new Event("prerenderingchange"));
      localStorage.setItem("clicked", "while prerendering");
    }, 500);
  </script>`,
  "/form": `${html("Form")}<form name="prerendering"></form>`,
};

/** Does not wait for the load event, which documents other than HTML do not report. */
const move = (page, url) => page.evaluate((to) => location.assign(to), url);

describe("a port in Firefox", () => {
  const { run, openTab, converse } = inAnyBrowser(startFirefox);

  test("a document without a body: /xml", async () => {
    const page = await openTab("/xml");
    await page.mouse.click(20, 20);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });

  test("the extension is reloaded, and turned off and on, ten times", async () => {
    const page = await openTab();
    for (let i = 0; i < 5; i++) {
      await run.extension.reload();
      await run.extension.logged(opened);
      await run.extension.restart();
      await run.extension.logged(opened);
    }
    await converse(page);
  });

  /** These run in Firefox, with the browser's own privileges. */
  const killProcessOf = `((browser) => Cc["@mozilla.org/processtools-service;1"]
    .getService(Ci.nsIProcessToolsService)
    .kill(browser.browsingContext.currentWindowGlobal.domProcess.osPid))`;

  test("the page's process is killed", async () => {
    const page = await openTab();
    await run.extension.evaluate(`new Promise((resolve) => {
      const { selectedBrowser } = Services.wm.getMostRecentWindow("navigator:browser").gBrowser;
      selectedBrowser.addEventListener("oop-browser-crashed", () => resolve(), { once: true });
      ${killProcessOf}(selectedBrowser);
    })`);
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.goto(`${run.server.url}/two`);
    await run.extension.logged(opened);
    await converse(page);
  });

  test("the background script's process is killed", async () => {
    const page = await openTab();
    const { id } = manifest.browser_specific_settings.gecko;
    await run.extension.evaluate(`new Promise((resolve) => {
      const { extension } = WebExtensionPolicy.getByID("${id}");
      extension.once("background-script-started", () => resolve());
      ${killProcessOf}([...extension.views][0].xulBrowser);
    })`);
    await page.click("p");
    await run.extension.logged(openedAndClicked);
    await converse(page);
  });
});

describe("a port in Chromium", { skip }, () => {
  const { run, newTab, openTab, converse } = inAnyBrowser(startChromium);

  test("the service worker is stopped, then the page is clicked", async () => {
    const page = await openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.stopWorker();
      await page.click("p");
      await run.extension.logged(openedAndClicked);
    }
    await converse(page);
  });

  test("the service worker is stopped, then the button is clicked", async () => {
    const page = await openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.stopWorker();
      await run.extension.clickBrowserAction();
      await run.extension.logged(openedByButton);
    }
    await converse(page);
  });

  test("the service worker is stopped, then the button is clicked where no page listens", async () => {
    await openTab();
    await newTab();
    await run.extension.stopWorker();
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the service worker is stopped, then the page and the button are clicked at once", async () => {
    const page = await openTab();
    await run.extension.stopWorker();
    await Promise.all([page.click("p"), run.extension.clickBrowserAction()]);
    // Each script opens a port, and the content script keeps the background script's.
    await run.extension.logged({
      ...openedByButton,
      "background-script": [
        ...openedAndClicked["background-script"],
        ...opened["background-script"],
      ],
    });
    // The background script has kept the content script's port, which has ended. It opens another.
    await page.click("p");
    await run.extension.logged(pageClicked);
    await run.extension.clickBrowserAction();
    await run.extension.logged(openedByButton);
    await converse(page);
  });

  test("the extension is reloaded: clicking the old page throws nothing", async () => {
    const page = await openTab();
    await run.extension.reload();
    await page.click("p");
    await move(page, `${run.server.url}/two`);
    await run.extension.logged(opened);
    await page.evaluate(() => history.back());
    await page.waitForFunction(() => document.title === "One");
    await page.click("p");
    await page.reload();
    await run.extension.logged(opened);
    await converse(page);
  });

  test("a page that is prerendered, and clicks itself: it does not take the button", async () => {
    const page = await run.browser.newUnwatchedPage();
    const { "background-script": inBackground } = opened;
    await page.goto(`${run.server.url}/prerenders`);
    await run.extension.logged({ "background-script": inBackground });
    await page.waitForFunction(() => localStorage.getItem("clicked"));
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);

    // It connects when it comes into view.
    await Promise.all([shows(page, opened["content-script"][1]), page.click("a")]);
    await run.extension.logged({
      "background-script": [...pageClicked["background-script"], ...inBackground],
    });
    await page.close();
  });
});

const openedAndClicked = {
  "background-script": [...opened["background-script"], ...pageClicked["background-script"]],
  "content-script": opened["content-script"],
};

/**
 * The tests that every browser must pass, and what they do.
 *
 * @template {Awaited<ReturnType<typeof startFirefox | typeof startChromium>>} Browser
 * @param {() => Promise<Browser>} start
 */
function inAnyBrowser(start) {
  const run = withBrowser(start, { pages });
  let open = [];

  afterEach(async () => {
    for (const page of open) if (!page.isClosed()) await page.close();
    open = [];
    // Nothing that no test has asked for.
    await run.extension.logged({});
  });

  async function newTab() {
    const page = await run.browser.newPage();
    open.push(page);
    return page;
  }

  async function openTab(path = "/") {
    const page = await newTab();
    await move(page, run.server.url + path);
    await run.extension.logged(opened);
    return page;
  }

  /** One click is one greeting, and one press of the button is one greeting, heard in this page. */
  async function converse(page, target = "p") {
    await page.click(target);
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged({ ...pageClicked, ...buttonClicked });
  }

  test("the button, before any page has connected, and on an about: page", async () => {
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await (await newTab()).goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the button, after every page was closed", async () => {
    await run.extension.closeTab(await openTab());
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the tab that connected last is closed while another is open", async () => {
    const first = await openTab();
    await run.extension.closeTab(await openTab());
    await first.bringToFront();
    await Promise.all([shows(first, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(openedByButton);
    await converse(first);
  });

  test("an earlier tab is closed: the one that connected last goes on hearing, as documented", async () => {
    const earlier = await openTab();
    const last = await openTab();
    await earlier.bringToFront();
    await run.extension.closeTab(earlier);
    await newTab();
    await Promise.all([shows(last, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);
  });

  test("a page is left for one without a content script: its port does not outlive it", async () => {
    const page = await openTab();
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.evaluate(() => history.back());
    await run.extension.logged(opened);
    await converse(page);
  });

  test("Back and Forward, ten times", async () => {
    const page = await openTab("/");
    const keep = () => page.evaluate(() => Object.assign(window, { kept: true }) && null);
    await keep();
    await move(page, `${run.server.url}/two`);
    await run.extension.logged(opened);
    await keep();
    for (let i = 0; i < 10; i++) {
      for (const [direction, title] of [
        ["back", "One"],
        ["forward", "Two"],
      ]) {
        await page.evaluate((method) => history[method](), direction);
        await run.extension.logged(opened);
        assert.equal(await page.title(), title);
        assert.ok(
          await page.evaluate(() => "kept" in window),
          "the page was asleep, not loaded anew",
        );
        await converse(page);
      }
    }
  });

  for (const [path, target] of Object.entries({
    "/text": "pre",
    "/image": "img",
    "/sandbox": "p",
    "/frames": "p",
  })) {
    test(`a document of another kind: ${path}`, async () => converse(await openTab(path), target));
  }

  for (const [path, what] of Object.entries({
    "/svg": "a document without a body",
    "/new-body": "a page that replaces its body: the new one is not listened to, as documented",
  })) {
    test(`${what}: ${path}`, async () => {
      const page = await openTab(path);
      await page.mouse.click(20, 20);
      await run.extension.clickBrowserAction();
      await run.extension.logged(buttonClicked);
    });
  }

  test("a page that stops the click: it does not get to the body, as documented", async () => {
    const page = await openTab("/stops");
    await page.click("p");
    await page.click("h1");
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...pageClicked, ...buttonClicked });
  });

  /** The page is left for another, which takes the button, and for one that no script runs in. Then Back. */
  async function leaveAndComeBack(page) {
    await move(page, `${run.server.url}/two`);
    await run.extension.logged(opened);
    await converse(page);
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.evaluate(() => history.go(-2));
    await run.extension.logged(opened);
  }

  test("a page that clicks itself when it is left: /pauses", async () => {
    const page = await openTab("/pauses");
    await leaveAndComeBack(page);
    await converse(page);
  });

  test("a page that clicks itself when it comes back: /resumes", async () => {
    const page = await openTab("/resumes");
    await page.goto("about:blank");
    await page.evaluate(() => history.back());
    await run.extension.logged(opened);
    await converse(page);
  });

  test("a page that rewrites itself after it has loaded", async () => {
    const page = await openTab();
    await page.evaluate(() => {
      document.open();
      document.write("<title>Rewritten</title><p>Rewritten");
      document.close();
    });
    await leaveAndComeBack(page);
  });

  test("a page with a form whose name is that of a property of the document: /form", async () => {
    await converse(await openTab("/form"));
  });

  test("a page that dispatches the browser's events itself", async () => {
    const page = await openTab();
    await page.evaluate(() => {
      for (const type of ["pageshow", "pagehide", "pageshow"]) {
        dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      }
    });
    await converse(page);
  });

  return { run, newTab, openTab, converse };
}
