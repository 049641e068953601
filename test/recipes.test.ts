// docs/recipes.md says what is so: each recipe's changes are made in a copy, and its lines appear.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FirefoxExtension } from "../scripts/browsers/firefox.ts";
import type { Pages } from "../scripts/browsers/serve.ts";
import { readManifest } from "../scripts/project.ts";
import { goTo, html, inEachBrowser, inVersion3, type Run, shows } from "./in-browsers.ts";
import { type Lines, noPage, opened, openedByButton, theyClickedTheButton } from "./lines.ts";
import { build, makeRecipes } from "./recipes.ts";

const recipes = makeRecipes();
const errors = await build([...recipes.values()].map(({ project }) => project));
assert.deepEqual(errors, []);

/** The headings of the recipes that are not tested yet. */
const untested = new Set(recipes.keys());

/** Tests one recipe in a real browser. */
function recipe(
  title: string,
  tests: (run: Run, ...promised: Lines[]) => void,
  { inTargets = inVersion3, pages }: { inTargets?: typeof inVersion3; pages?: Pages } = {},
) {
  const made = recipes.get(title);
  assert.ok(made, `docs/recipes.md has no heading "${title}"`);
  untested.delete(title);
  const options = { folder: made.folder, ...(pages && { pages }) };
  inTargets(`recipe "${title}"`, options, (run) => {
    tests(run, ...made.promised);
  });
}

/** Waits for lines that several pages log, which may mix. */
async function loggedByPages(run: Run, expected: Lines = {}) {
  const logged = await run.extension.nextLines(expected);
  const sorted = (lines: Lines) =>
    Object.fromEntries(Object.entries(lines).map(([name, of]) => [name, [...of].sort()]));
  assert.deepEqual(sorted(logged), sorted(expected));
}

recipe(
  "Reach every page that is connected",
  (run, inBothPages) => {
    test("one click on the button reaches two pages, and the page that is left after one is closed", async () => {
      const pages = [await run.openTab(), await run.openTab()];
      await Promise.all([
        ...pages.map((page) => shows(page, theyClickedTheButton)),
        run.extension.clickBrowserAction(),
      ]);
      await loggedByPages(run, inBothPages);
      const [left, closed] = pages as [(typeof pages)[0], (typeof pages)[0]];
      await run.extension.closeTab(closed);
      await run.converse(left);
    });
  },
  { inTargets: inEachBrowser },
);

recipe("Reach the page of the current tab, and no other", (run, inCurrentTab = {}) => {
  test("a click on the button reaches the page in front, although another page connected last", async () => {
    const inFront = await run.openTab();
    await run.openTab();
    await inFront.bringToFront();
    await Promise.all([shows(inFront, theyClickedTheButton), run.extension.clickBrowserAction()]);
    await run.extension.logged(inCurrentTab);
  });

  test("a click on the button in a tab that has no page reaches no other page", async () => {
    await run.openTab();
    const page = await run.openTab();
    await goTo(page, "about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });
});

recipe("Reach pages after the background script has stopped", (run, inBothPages = {}) => {
  test("a click on the button starts the background script, and reaches both pages", async () => {
    const pages = [await run.openTab(), await run.openTab()];
    await run.extension.endBackground();
    await Promise.all([
      ...pages.map((page) => shows(page, theyClickedTheButton)),
      run.extension.clickBrowserAction(),
    ]);
    await loggedByPages(run, inBothPages);
  });
});

recipe("Ask, and wait for the answer", (run, answered = {}, tooLate = {}, ended = {}) => {
  const asked = { "background-script": answered["background-script"] ?? [] };

  test("a question is answered when the user clicks the button", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(asked);
    await run.extension.clickBrowserAction();
    await run.extension.logged({ "content-script": answered["content-script"] ?? [] });
  });

  test("a question that is not answered fails when the time is over", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(tooLate);
  });

  test("a question fails when the background script stops", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(asked);
    await run.extension.endBackground();
    await run.extension.logged({ "content-script": ended["content-script"] ?? [] });
  });

  test("the question of a page that was closed is not answered", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(asked);
    await goTo(page, "about:blank");
    await run.extension.clickBrowserAction();
    await run.extension.logged(noPage);
  });
});

recipe("Post several kinds of messages", (run, clicked = {}) => {
  test("each script handles both kinds of messages of the other", async () => {
    const page = await run.openTab();
    await page.click("p", { offset: { x: 5, y: 5 } });
    await run.extension.clickBrowserAction();
    await run.extension.logged(clicked);
  });
});

recipe(
  "Tell the frames of a page apart",
  (run, opened = {}, clicked = {}) => {
    test("the frame that was clicked gets the answer, and the page gets the button's message", async () => {
      const page = await run.newTab();
      await page.goto(run.url);
      await loggedByPages(run, opened);
      const frame = page.frames().find((frame) => frame.parentFrame());
      await frame?.locator("p").click();
      await run.extension.logged(clicked);
      await run.extension.endBackground();
      await run.extension.clickBrowserAction();
      await run.extension.logged({
        "background-script": ["from the page:", "hello from content script"],
        "content-script": openedByButton["content-script"],
      });
    });
  },
  { pages: { "/": `${html("One")}<iframe src="/frame"></iframe>`, "/frame": html("Frame") } },
);

recipe("Report the progress of long work, and stop it", (run, done = {}, stopped = {}) => {
  test("the progress arrives in order", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.logged(done);
  });

  test("a second click stops the work, and a third one starts it again", async () => {
    const page = await run.openTab();
    await page.click("p", { count: 2 });
    await run.extension.logged(stopped);
    await page.click("p");
    await run.extension.logged(done);
  });

  test("the work ends when the page is closed", async () => {
    const page = await run.openTab();
    await page.click("p");
    await run.extension.closeTab(page);
    const { "background-script": [line1, line2, , , end] = [] } = stopped;
    await run.extension.logged({
      "background-script": [line1, line2, end] as string[],
      "content-script": stopped["content-script"] ?? [],
    });
  });
});

recipe(
  "End the port",
  (run, ended = {}, openedAgain = {}) => {
    test("the content script logs that the port has ended, and a click opens the next port", async () => {
      const page = await run.openTab();
      await run.extension.clickBrowserAction();
      await run.extension.logged(ended);
      await page.click("p");
      await run.extension.logged(openedAgain);
    });
  },
  { inTargets: inEachBrowser },
);

recipe(
  "Keep state when the background script stops",
  (run, clickedTwice = {}, clickedAgain = {}) => {
    test("the clicks are counted on after the background script has stopped", async () => {
      const page = await run.openTab();
      const lines = clickedTwice["background-script"] ?? [];
      for (const half of [lines.slice(0, 3), lines.slice(3)]) {
        await page.click("p");
        await run.extension.logged({ "background-script": half });
      }
      await run.extension.endBackground();
      await page.click("p");
      await run.extension.logged(clickedAgain);
    });
  },
);

recipe("Ask for access that the user has not granted", (run, revoked = {}, granted = {}) => {
  test("revoked access is logged, and the content script runs after the user has granted it", async () => {
    await (run.target.browser === "firefox"
      ? revokeInFirefox(run)
      : setAccessInChromium(run, "ON_CLICK"));
    await run.extension.logged(revoked);
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.clickBrowserAction();
    if (run.target.browser === "firefox") return loggedByPages(run, granted);
    // Chromium runs the content script in this page, and does not fire the event.
    await run.extension.logged(opened);
    await setAccessInChromium(run, "ON_ALL_SITES");
    await run.extension.logged({
      "background-script": granted["background-script"]?.slice(1, 2) ?? [],
    });
  });
});

test("each recipe is tested", () => assert.deepEqual([...untested], []));

/** Revokes the access to all sites, as the user does in about:addons, and allows it when the extension asks. */
async function revokeInFirefox({ extension, target }: Run) {
  const { id } = readManifest(target.folder).browser_specific_settings.gecko;
  await (extension as unknown as FirefoxExtension).evaluate((id) => {
    Services.prefs.setBoolPref("extensions.webextOptionalPermissionPrompts", false);
    const { ExtensionPermissions } = ChromeUtils.importESModule(
      "resource://gre/modules/ExtensionPermissions.sys.mjs",
    );
    const all = { permissions: [], origins: ["<all_urls>"] };
    return ExtensionPermissions.remove(id, all, WebExtensionPolicy.getByID(id).extension);
  }, id);
}

/** Sets the access to sites, as the user does in chrome://extensions. */
async function setAccessInChromium({ browser }: Run, hostAccess: "ON_CLICK" | "ON_ALL_SITES") {
  const settings = await browser.newPage();
  await settings.goto("chrome://extensions");
  await settings.evaluate(async (hostAccess) => {
    const { developerPrivate } = (globalThis as unknown as Settings).chrome;
    for (const { id, permissions } of await developerPrivate.getExtensionsInfo()) {
      if (!permissions.runtimeHostPermissions) continue;
      await developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess });
    }
  }, hostAccess);
  await settings.close();
}

/** What the page of chrome://extensions has. */
interface Settings {
  chrome: {
    developerPrivate: {
      getExtensionsInfo(): Promise<
        { id: string; permissions: { runtimeHostPermissions?: object } }[]
      >;
      updateExtensionConfiguration(update: {
        extensionId: string;
        hostAccess: string;
      }): Promise<void>;
    };
  };
}
