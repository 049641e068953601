// docs/recipes.md says what is so: its changes are made in copies of the project, and its lines appear.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { Pages } from "../scripts/browsers/serve.ts";
import { inTurn, type Lines } from "./console-lines.ts";
import {
  converse,
  inBackgroundScript,
  inContentScript,
  noPage,
  opened,
  openedByButton,
  openTab,
  pageClicked,
  theyClickedTheButton,
} from "./conversation.ts";
import { inEachBrowser, inVersion3, type Run } from "./in-browsers.ts";
import { goTo, html, shows } from "./pages.ts";
import { edit } from "./project-copy.ts";
import { build, makeRecipe, makeRecipes } from "./recipes.ts";
import { grantAccess, revokeAccess } from "./site-access.ts";

const recipes = makeRecipes();
const untested = new Set(recipes.keys());

/** One more kind of message, which no `switch` handles. */
const severalKinds = makeRecipe(recipes.get("Post several kinds of messages")?.text ?? "");
const click = '{ kind: "click"; x: number }';
edit(path.join(severalKinds.project, "src/message.ts"), `${click};`, `${click} | { kind: "key" };`);

const errors = await build([...recipes.values(), severalKinds].map(({ project }) => project));

test("all recipes are tested", () => assert.deepEqual([...untested], []));

test("a switch that does not handle a new kind of message is the only error of the compiler", () => {
  const [error, ...others] = errors;
  assert.deepEqual(others, []);
  assert.equal(error?.file, path.join(severalKinds.project, "src/background-script.ts"));
  assert.match(error.message, /does not satisfy the expected type 'never'/);
});

/** Tests one recipe in real browsers. */
function recipe(
  title: string,
  tests: (run: Run, promised: Lines, quoted: (line: string) => string) => void,
  { inBrowsers = inVersion3, pages }: { inBrowsers?: typeof inVersion3; pages?: Pages } = {},
) {
  const made = recipes.get(title);
  assert.ok(made, `docs/recipes.md has no heading "${title}"`);
  untested.delete(title);
  const { folder, promised, text } = made;
  inBrowsers(`recipe "${title}"`, { folder, ...(pages && { pages }) }, (run) => {
    tests(run, promised, (line) => {
      assert.ok(text.includes(`\`${line}\``), `the recipe does not promise "${line}"`);
      return line;
    });
  });
}

/** The first of the two lines that each message makes. The recipes leave it out. */
const headings = { "background-script": [inBackgroundScript], "content-script": [inContentScript] };

const logged = (run: Run, ...steps: Lines[]) => run.extension.logged(inTurn(...steps), headings);

/** Waits for lines that several pages log, or several parts of a script, whose order varies. */
async function loggedInAnyOrder(run: Run, ...steps: Lines[]) {
  const expected = inTurn(...steps);
  const seen = await run.extension.nextLines(expected, headings);
  const sorted = (lines: Lines) =>
    Object.entries(lines)
      .flatMap(([script, all]) => all.map((line) => `[${script}] ${line}`))
      .sort();
  const isHeading = (line: string) =>
    line.endsWith(inBackgroundScript) || line.endsWith(inContentScript);
  assert.deepEqual(
    sorted(seen),
    sorted(expected).filter((line) => !isHeading(line)),
  );
}

recipe(
  "Reach every page that is connected",
  (run, _, quoted) => {
    test("the button reaches two pages, also after the background script has stopped", async () => {
      const pages = [await openTab(run), await openTab(run)];
      const line = quoted(theyClickedTheButton);
      const reached = { "content-script": [line, line] };
      const clickReachesBoth = () =>
        Promise.all([
          ...pages.map((page) => shows(page, line)),
          run.extension.clickBrowserAction(),
        ]);
      await clickReachesBoth();
      await logged(run, reached);
      await run.extension.endBackground();
      await clickReachesBoth();
      await loggedInAnyOrder(run, opened, opened, reached);
    });

    test("the button reaches the page that is left after one is closed", async () => {
      const left = await openTab(run);
      await run.extension.closeTab(await openTab(run));
      await converse(run, left);
    });
  },
  { inBrowsers: inEachBrowser },
);

recipe("Reach the page of the current tab, and no other", (run, _, quoted) => {
  test("the button reaches the page in front, although another page connected last", async () => {
    const inFront = await openTab(run);
    await openTab(run);
    await inFront.bringToFront();
    const shown = shows(inFront, quoted(theyClickedTheButton));
    await Promise.all([shown, run.extension.clickBrowserAction()]);
    await logged(run, { "content-script": [theyClickedTheButton] });
  });

  test("the button in a tab that has no content script reaches no other page", async () => {
    await openTab(run);
    await goTo(await openTab(run), "about:blank");
    await run.extension.clickBrowserAction();
    await logged(run, noPage);
  });
});

recipe(
  "Ask, and wait for the answer",
  (run, { "background-script": asked, "content-script": answers }) => {
    const question = { "background-script": asked?.slice(0, 1) ?? [] };
    const answer = (from: number, to: number) => ({
      "content-script": answers?.slice(from, to) ?? [],
    });

    test("a click on the button answers", async () => {
      const page = await openTab(run);
      await page.click("p");
      await logged(run, question);
      await run.extension.clickBrowserAction();
      await logged(run, answer(0, 2));
    });

    test("the promise is rejected when the time is over", async () => {
      const page = await openTab(run);
      await page.click("p");
      await logged(run, question, answer(2, 3));
    });

    test("the promise is rejected when the background script stops", async () => {
      const page = await openTab(run);
      await page.click("p");
      await logged(run, question);
      await run.extension.endBackground();
      await logged(run, answer(3, 4));
    });

    test("the background script does not answer a page that was left", async () => {
      const page = await openTab(run);
      await page.click("p");
      await logged(run, question);
      await goTo(page, "about:blank");
      await run.extension.clickBrowserAction();
      await logged(run, noPage);
    });
  },
);

recipe("Post several kinds of messages", (run, _, quoted) => {
  test("both kinds of messages arrive, and the button's message too", async () => {
    const page = await openTab(run);
    await page.mouse.click(13, 21);
    await run.extension.clickBrowserAction();
    await logged(run, {
      "background-script": [quoted("they clicked at 13")],
      "content-script": [theyClickedTheButton],
    });
  });
});

recipe("Open a popup that has a port of its own", (run, _, quoted) => {
  /** Runs in the page, whose tab is not in front. */
  const click = () => document.body.click();
  const popupOpened = { "content-script": [quoted("they opened the popup!")] };

  test("the popup reaches the page, gets what the page posts, and is forgotten when it is closed", async () => {
    const page = await openTab(run);
    const popup = await run.extension.openPage("popup.html");
    await logged(run, popupOpened);
    await page.evaluate(click);
    await logged(run, pageClicked, { popup: ["they clicked the page!"] });
    await popup.close();
    await page.evaluate(click);
    await logged(run, pageClicked);
  });

  test("the button opens the popup, which reaches a page that has no port", async () => {
    await openTab(run);
    await run.extension.endBackground();
    await run.extension.clickBrowserAction();
    await logged(run, opened, popupOpened, { popup: [quoted("hello from content script")] });
  });
});

recipe(
  "Tell the frames of a page apart",
  (run, promised) => {
    test("the frame that was clicked is answered, and the button reaches the page itself", async () => {
      const page = await run.newTab();
      await page.goto(run.url);
      const frame = await page.waitForFrame((frame) => frame.url().endsWith("/frame"));
      await frame.locator("p").click();
      await loggedInAnyOrder(run, opened, opened, promised);
      await run.extension.clickBrowserAction();
      await logged(run, { "content-script": [theyClickedTheButton] });
      await run.extension.endBackground();
      await run.extension.clickBrowserAction();
      await logged(run, openedByButton);
    });
  },
  { pages: { "/": `${html("One")}<iframe src="/frame"></iframe>`, "/frame": html("Frame") } },
);

recipe(
  "Report the progress of long work, and stop it",
  (run, promised, quoted) => {
    const stopped = {
      "background-script": [quoted("the work was stopped")],
      "content-script": promised["content-script"]?.slice(0, 1) ?? [],
    };

    test("a second click stops the work, and the progress of the next work arrives in order", async () => {
      const page = await openTab(run);
      await page.click("p", { count: 2 });
      await logged(run, pageClicked, pageClicked, stopped);
      await page.click("p");
      await logged(run, promised);
    });

    test("the work stops when the user leaves the page", async () => {
      const page = await openTab(run);
      await page.click("a");
      await loggedInAnyOrder(run, pageClicked, stopped, opened);
    });
  },
  { pages: { "/": `${html("One")}<a href="/two">Two</a>`, "/two": html("Two") } },
);

recipe(
  "End the port",
  (run, promised) => {
    const ended = { "content-script": promised["content-script"] ?? [] };
    test("the button ends the port, and the next click on the page or on the button opens another", async () => {
      const page = await openTab(run);
      await run.extension.clickBrowserAction();
      await logged(run, ended);
      await page.click("p");
      await logged(run, opened, { "background-script": promised["background-script"] ?? [] });
      await run.extension.clickBrowserAction();
      await logged(run, ended);
      await run.extension.clickBrowserAction();
      // The greeting of the content script comes after the end.
      await logged(run, { "content-script": opened["content-script"] }, ended);
    });
  },
  { inBrowsers: inEachBrowser },
);

recipe(
  "Keep state when the background script stops",
  (run, { "background-script": lines = [] }) => {
    test("the background script goes on counting after it has stopped", async () => {
      const page = await openTab(run);
      await page.click("p");
      await logged(run, { "background-script": lines.slice(0, 2) });
      await run.extension.endBackground();
      await page.click("p");
      await logged(run, opened, { "background-script": lines.slice(2) });
    });
  },
);

recipe("Ask for access that the user has not granted", (run, promised) => {
  const { "background-script": [revoked = "", , granted = ""] = [] } = promised;

  test("the content script runs in no page until the user clicks the button", async () => {
    await revokeAccess(run);
    await logged(run, { "background-script": [revoked] });
    const page = await run.newTab();
    await page.goto(run.url);
    await run.extension.clickBrowserAction();
    if (run.target.browser === "firefox") {
      await loggedInAnyOrder(run, noPage, { "background-script": [granted] }, opened);
    } else {
      await logged(run, opened);
      await grantAccess(run);
      await logged(run, { "background-script": [granted] });
    }
  });
});
