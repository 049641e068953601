// What happens to a port in ordinary use. The documented example fails most of these.
import assert from "node:assert/strict";
import { test } from "node:test";
import { goBack, goTo, html, inChromium, inEachBrowser, inFirefox, shows } from "./harness.ts";
import {
  buttonClicked,
  noPage,
  opened,
  openedAndClicked,
  pageClicked,
  theyClickedTheButton,
} from "./lines.ts";

const pages = {
  "/": html("One"),
  "/two": html("Two"),
  "/svg": {
    headers: { "Content-Type": "image/svg+xml" },
    body: '<svg xmlns="http://www.w3.org/2000/svg"><circle r="50"/></svg>',
  },
  "/xml": { headers: { "Content-Type": "text/xml" }, body: "<greeting>hello</greeting>" },
  "/text": { headers: { "Content-Type": "text/plain" }, body: "hello" },
  "/image": {
    headers: { "Content-Type": "image/gif" },
    body: Buffer.from("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=", "base64"),
  },
  "/sandbox": {
    headers: { "Content-Security-Policy": "sandbox; default-src 'none'" },
    body: html("Alone"),
  },
  "/frames": "<!doctype html><title>Frames</title><p>Frames <iframe src='/'></iframe>",
  "/new-body": `${html("Old")}<script>document.body = document.createElement("body")</script>`,
  "/stops": `${html("Stops")}<h1>Does not</h1><script>
    document.querySelector("p").addEventListener("click", (event) => event.stopPropagation());
  </script>`,
  "/prerenders": `${html("Now")}<a href="/prerendered">Next</a>
    <script type="speculationrules">{ "prerender": [{ "urls": ["/prerendered"] }] }</script>`,
  // Tells the page before when its content script has run.
  "/prerendered": `${html("Next")}<script>
    addEventListener("load", () => requestIdleCallback(() => {
      localStorage.setItem("prerendering", document.prerendering);
    }));
  </script>`,
};

inFirefox("a port", { pages }, (run) => {
  test("a document without a body: /xml", async () => {
    const page = await run.openTab("/xml");
    await page.mouse.click(20, 20);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });

  test("the extension is reloaded, and turned off and on, ten times", async () => {
    const page = await run.openTab();
    for (let i = 0; i < 5; i++) {
      await run.extension.reload();
      await run.extension.logged(opened);
      await run.extension.restart();
      await run.extension.logged(opened);
    }
    await run.converse(page);
  });

  test("the page's process is killed", async () => {
    const page = await run.openTab();
    await run.extension.evaluate(killPageInView);
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.goto(`${run.url}/two`);
    await run.extension.logged(opened);
    await run.converse(page);
  });

  test("the background script's process is killed", async () => {
    const page = await run.openTab();
    await run.extension.endBackground();
    await page.click("p");
    await run.extension.logged(openedAndClicked);
    await run.converse(page);
  });
});

inChromium("a port", { pages }, (run) => {
  test("the service worker is stopped, then the page is clicked", async () => {
    const page = await run.openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await page.click("p");
      await run.extension.logged(openedAndClicked);
    }
    await run.converse(page);
  });

  test("the service worker is stopped, then the button is clicked", async () => {
    const page = await run.openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await run.extension.clickBrowserAction();
      await run.extension.logged(buttonClicked);
    }
    await run.converse(page);
  });

  test("the service worker is stopped, then the button is clicked where no page listens", async () => {
    await run.openTab();
    await run.newTab();
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the extension is reloaded: clicking the old page throws nothing", async () => {
    const page = await run.openTab();
    await run.extension.reload();
    await page.click("p");
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await goBack(page);
    await page.waitForFunction(() => document.title === "One");
    await page.click("p");
    await page.reload();
    await run.extension.logged(opened);
    await run.converse(page);
  });

  test("a page that is only prerendered does not take the button", async (t) => {
    const page = await run.browser.newUnwatchedPage();
    t.after(() => page.close());
    const { "background-script": inBackground } = opened;
    await page.goto(`${run.url}/prerenders`);
    await run.extension.logged({ "background-script": inBackground });
    await page.waitForFunction(() => localStorage.getItem("prerendering") === "true");
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);

    // It connects when it comes into view.
    await page.click("a");
    await run.extension.logged({
      "background-script": [...pageClicked["background-script"], ...inBackground],
    });
    // Puppeteer goes over to the other page a little later, and misses lines until then.
    await page.waitForFunction(() => document.title === "Next");
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
  });
});

inEachBrowser("a port", { pages }, (run) => {
  test("the button, before any page has connected, and on an about: page", async () => {
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await (await run.newTab()).goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the button, after every page was closed", async () => {
    await run.extension.closeTab(await run.openTab());
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the tab that connected last is closed while another is open", async () => {
    const first = await run.openTab();
    await run.extension.closeTab(await run.openTab());
    await first.bringToFront();
    await Promise.all([shows(first, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);
    await run.converse(first);
  });

  test("an earlier tab is closed: the one that connected last goes on hearing, as documented", async () => {
    const earlier = await run.openTab();
    const last = await run.openTab();
    await earlier.bringToFront();
    await run.extension.closeTab(earlier);
    await run.newTab();
    await Promise.all([shows(last, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);
  });

  test("a page is left for one without a content script: its port does not outlive it", async () => {
    const page = await run.openTab();
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await goBack(page);
    await run.extension.logged(opened);
    await run.converse(page);
  });

  test("Back and Forward, ten times", async () => {
    const page = await run.openTab("/");
    const keep = () => page.evaluate(() => Object.assign(window, { kept: true }) && null);
    await keep();
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await keep();
    for (let i = 0; i < 10; i++) {
      for (const [direction, title] of [
        ["back", "One"],
        ["forward", "Two"],
      ] as const) {
        await page.evaluate((method) => history[method](), direction);
        await run.extension.logged(opened);
        assert.equal(await page.title(), title);
        assert.ok(
          await page.evaluate(() => "kept" in window),
          "the page was asleep, not loaded anew",
        );
        await run.converse(page);
      }
    }
  });

  for (const [path, target] of Object.entries({
    "/text": "pre",
    "/image": "img",
    "/sandbox": "p",
    "/frames": "p",
  })) {
    test(`a document of another kind: ${path}`, async () =>
      run.converse(await run.openTab(path), target));
  }

  for (const [path, what] of Object.entries({
    "/svg": "a document without a body",
    "/new-body": "a page that replaces its body: the new one is not listened to, as documented",
  })) {
    test(`${what}: ${path}`, async () => {
      const page = await run.openTab(path);
      await page.mouse.click(20, 20);
      await run.extension.clickBrowserAction();
      await run.extension.logged(buttonClicked);
    });
  }

  test("a page that stops the click: it does not get to the body, as documented", async () => {
    const page = await run.openTab("/stops");
    await page.click("p");
    await page.click("h1");
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...pageClicked, ...buttonClicked });
  });
});

/** Runs in Firefox. */
function killPageInView() {
  return new Promise<void>((resolve) => {
    const { selectedBrowser } = Services.wm.getMostRecentWindow("navigator:browser").gBrowser;
    selectedBrowser.addEventListener("oop-browser-crashed", () => resolve(), { once: true });
    Cc["@mozilla.org/processtools-service;1"]
      .getService(Ci.nsIProcessToolsService)
      .kill(selectedBrowser.browsingContext.currentWindowGlobal.domProcess.osPid);
  });
}
