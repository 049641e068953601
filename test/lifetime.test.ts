// What happens to a port in ordinary use. MDN's example fails most of these tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import {
  goBack,
  goForward,
  goTo,
  html,
  inChromium,
  inEachBrowser,
  inFirefox,
  inVersion3,
  shows,
} from "./in-browsers.ts";
import {
  buttonClicked,
  noPage,
  opened,
  openedAndClicked,
  openedByButton,
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
  "/form": `${html("Form")}<form name="prerendering"></form>`,
  "/prerenders": `${html("Now")}<a href="/prerendered">Next</a>
    <script type="speculationrules">{ "prerender": [{ "urls": ["/prerendered"] }] }</script>`,
  // Clicks its button after the content script has run, and tells the page before.
  "/prerendered": `${html("Next")}<button>Tab</button><script>
    setTimeout(() => {
      if (!document.prerendering) return;
      document.querySelector("button").click();
      document.dispatchEvent(new Event("prerenderingchange"));
      localStorage.setItem("clicked", "while prerendering");
    }, 500);
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

inVersion3("a port", { pages }, (run) => {
  test("the background script is stopped, then the page is clicked", async () => {
    const page = await run.openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await page.click("p");
      await run.extension.logged(openedAndClicked);
    }
    await run.converse(page);
  });

  test("the background script is stopped, then the button is clicked", async () => {
    const page = await run.openTab();
    for (let i = 0; i < 3; i++) {
      await run.extension.endBackground();
      await run.extension.clickBrowserAction();
      await run.extension.logged(openedByButton);
    }
    await run.converse(page);
  });

  test("the background script is stopped, then the button is clicked in a tab without a content script", async () => {
    await run.openTab();
    await run.newTab();
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the background script is stopped, then the page and the button are clicked at the same moment", async () => {
    const page = await run.openTab();
    await run.extension.endBackground();
    await Promise.all([page.click("p"), run.extension.clickBrowserAction()]);
    // Two ports may cross, and each begins with both greetings. No message is lost.
    const twice = [...pageClicked["background-script"], ...pageClicked["background-script"]];
    await page.click("p");
    await run.extension.logged({ "background-script": twice, ...buttonClicked }, opened);
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await page.click("p");
    await run.extension.logged({ ...pageClicked, ...buttonClicked }, opened);
    await run.converse(page);
  });
});

inChromium("a port", { pages }, (run) => {
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

  test("a prerendered page that calls click(): it does not take the button", async (t) => {
    const page = await run.browser.newUnwatchedPage();
    t.after(() => page.close());
    const { "background-script": inBackground } = opened;
    await page.goto(`${run.url}/prerenders`);
    await run.extension.logged({ "background-script": inBackground });
    await page.waitForFunction(() => localStorage.getItem("clicked"));
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);

    // It connects when it comes into view. Puppeteer finds no tab in view from then on.
    await page.click("a");
    await run.extension.logged({
      "background-script": [...pageClicked["background-script"], ...inBackground],
    });
    await run.browser.watchPage(page);
    await run.extension.logged({ "content-script": opened["content-script"] });
  });
});

inEachBrowser("a port", { pages }, (run) => {
  test("the button is clicked before any page has connected, and on an about: page", async () => {
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await (await run.newTab()).goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the button is clicked after every page was closed", async () => {
    await run.extension.closeTab(await run.openTab());
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });

  test("the tab that connected last is closed while another is open", async () => {
    const first = await run.openTab();
    await run.extension.closeTab(await run.openTab());
    await first.bringToFront();
    await Promise.all([shows(first, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(openedByButton);
    await run.converse(first);
  });

  test("an earlier tab is closed: the button still reaches the page that connected last", async () => {
    const earlier = await run.openTab();
    const last = await run.openTab();
    await earlier.bringToFront();
    await run.extension.closeTab(earlier);
    await run.newTab();
    await Promise.all([shows(last, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);
  });

  test("a page is left for a page without a content script: the port ends", async () => {
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
      for (const [go, title] of [
        [goBack, "One"],
        [goForward, "Two"],
      ] as const) {
        await go(page);
        await run.extension.logged(opened);
        assert.equal(await page.title(), title);
        assert.ok(
          await page.evaluate(() => "kept" in window),
          "the page did not come from the back/forward cache",
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
    test(`a document of another type: ${path}`, async () =>
      run.converse(await run.openTab(path), target));
  }

  for (const [path, what] of Object.entries({
    "/svg": "a document without a body",
    "/new-body": "a page that replaces its body: clicks on the new body are not logged",
  })) {
    test(`${what}: ${path}`, async () => {
      const page = await run.openTab(path);
      await page.mouse.click(20, 20);
      await run.extension.clickBrowserAction();
      await run.extension.logged(buttonClicked);
    });
  }

  test("a page that stops a click before it reaches the body: the click is not logged", async () => {
    const page = await run.openTab("/stops");
    await page.click("p");
    await page.click("h1");
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...pageClicked, ...buttonClicked });
  });

  /** Leaves the page for a page that takes the button, and for one without a content script, and goes back. */
  async function leaveAndComeBack(page: Page) {
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await run.converse(page);
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await page.evaluate(() => history.go(-2));
    await run.extension.logged(opened);
  }

  test("a page that calls click() when the user leaves the page: /pauses", async () => {
    const page = await run.openTab("/pauses");
    await leaveAndComeBack(page);
    await run.converse(page);
  });

  test("a page that calls click() when the user comes back: /resumes", async () => {
    const page = await run.openTab("/resumes");
    await page.goto("about:blank");
    await goBack(page);
    // Chromium resumes the page, and the content script connects, before pageshow fires.
    await run.extension.logged(run.target.browser === "chromium" ? openedAndClicked : opened);
    await run.converse(page);
  });

  test("a page that rewrites itself after it has loaded", async () => {
    const page = await run.openTab();
    await page.evaluate(() => {
      document.open();
      document.write("<title>Rewritten</title><p>Rewritten");
      document.close();
    });
    await leaveAndComeBack(page);
  });

  test("a page with a form named prerendering: /form", async () => {
    await run.converse(await run.openTab("/form"));
  });

  test("a page that dispatches pageshow and pagehide itself", async () => {
    const page = await run.openTab();
    await page.evaluate(() => {
      for (const type of ["pageshow", "pagehide", "pageshow"]) {
        dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      }
    });
    await run.converse(page);
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
