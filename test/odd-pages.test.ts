// Documents of other types, and pages that do odd things. Each odd thing is from a public report.
import { test } from "node:test";
import type { Page } from "puppeteer-core";
import {
  buttonClicked,
  converse,
  noPage,
  opened,
  openedAndClicked,
  openTab,
  pageClicked,
  theyClickedTheButton,
} from "./conversation.ts";
import { inChromium, inEachBrowser, inFirefox } from "./in-browsers.ts";
import { go, goTo, html, shows } from "./pages.ts";

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
  "/pauses": `${html("Pauses")}<button>Pause</button><script>
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return;
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      document.querySelector("button").click();
    });
  </script>`,
  "/resumes": `${html("Resumes")}<button>Resume</button><script>
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) document.querySelector("button").click();
    });
  </script>`,
  "/stops-pageshow": `${html("Stops pageshow")}<script>
    addEventListener("pageshow", (event) => event.stopImmediatePropagation());
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

inEachBrowser("a page", { pages }, (run) => {
  for (const [path, target] of Object.entries({
    "/text": "pre",
    "/image": "img",
    "/sandbox": "p",
    "/frames": "p",
  })) {
    test(`a document of another type: ${path}`, async () =>
      converse(run, await openTab(run, path), target));
  }

  for (const [path, what] of Object.entries({
    "/svg": "a document without a body",
    "/new-body": "a page that replaces its body: clicks on the new body are not logged",
  })) {
    test(`${what}: ${path}`, async () => {
      const page = await openTab(run, path);
      await page.mouse.click(20, 20);
      await run.extension.clickBrowserAction();
      await run.extension.logged(buttonClicked);
    });
  }

  test("a page that stops a click before it reaches the body: the click is not logged", async () => {
    const page = await openTab(run, "/stops");
    await page.click("p");
    await page.click("h1");
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...pageClicked, ...buttonClicked });
  });

  /** Leaves the page for a page that takes the button, and for one without a content script, and goes back. */
  async function leaveAndComeBack(page: Page) {
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await converse(run, page);
    await page.goto("about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
    await go(page, -2);
    await run.extension.logged(opened);
  }

  test("a page that calls click() when the user leaves the page: /pauses", async () => {
    const page = await openTab(run, "/pauses");
    await leaveAndComeBack(page);
    await page.waitForFunction(() => document.title === "Pauses");
    await converse(run, page);
  });

  test("a page that calls click() when the user comes back: /resumes", async () => {
    const page = await openTab(run, "/resumes");
    await page.goto("about:blank");
    await go(page, -1, "Resumes");
    // Chromium resumes the page, and the content script connects, before pageshow fires.
    await run.extension.logged(run.target.browser === "chromium" ? openedAndClicked : opened);
    await converse(run, page);
  });

  test("a page that stops pageshow: the user's click opens a port", async () => {
    const page = await openTab(run, "/stops-pageshow");
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(opened);
    await go(page, -1, "Stops pageshow");
    await page.click("p");
    await run.extension.logged(openedAndClicked);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });

  test("a page that rewrites itself after it has loaded", async () => {
    const page = await openTab(run);
    await page.evaluate(() => {
      document.open();
      document.write("<title>Rewritten</title><p>Rewritten");
      document.close();
    });
    await leaveAndComeBack(page);
  });

  test("a page with a form named prerendering: /form", async () => {
    await converse(run, await openTab(run, "/form"));
  });

  test("a page that dispatches the events of its lifetime itself", async () => {
    const page = await openTab(run);
    await page.evaluate(() => {
      for (const type of ["pageshow", "pagehide", "pageshow"]) {
        dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      }
      for (const type of ["freeze", "resume"]) document.dispatchEvent(new Event(type));
    });
    await converse(run, page);
  });
});

inFirefox("a page", { pages }, (run) => {
  test("a document without a body: /xml", async () => {
    const page = await openTab(run, "/xml");
    await page.mouse.click(20, 20);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });
});

inChromium("a page", { pages }, (run) => {
  test("a prerendered page that calls click(): it does not take the button", async () => {
    const page = await run.newTab();
    await page.goto(`${run.url}/prerenders`);
    await run.extension.logged(opened);
    await page.waitForFunction(() => localStorage.getItem("clicked"));
    await Promise.all([shows(page, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(buttonClicked);

    // It connects when it comes into view.
    await page.click("a");
    await run.extension.logged({
      "background-script": [...pageClicked["background-script"], ...opened["background-script"]],
      "content-script": opened["content-script"],
    });
    // Until Puppeteer has taken the prerendered page for the tab's, it cannot close the tab.
    await page.waitForFunction(() => document.title === "Next");
  });
});
