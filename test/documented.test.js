// The documented example as it stands, beside this one in the same Firefox and put through the same:
// wherever it works, both must log the same lines.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { html, shows, withBrowser } from "./browser.js";
import { startFirefox } from "./firefox.js";
import { buttonClicked, opened, pageClicked, theyClickedTheButton } from "./lines.js";

const run = withBrowser(startFirefox, {
  pages: {
    "/": `${html("One")} <a href='/two'>two</a>`,
    "/two": `${html("Two")} <iframe src='/'></iframe>`,
  },
});
let extensions;

async function bothLogged(expected) {
  for (const extension of extensions) await extension.logged(expected);
}

/** Clicks the page, which is in view, and then both extensions' buttons. */
async function clickPageAndButtons(page) {
  await page.click("p");
  for (const extension of extensions) await extension.clickBrowserAction();
  await bothLogged({ ...pageClicked, ...buttonClicked });
}

test("the documented example and this one log the same", async () => {
  const documentedExample = fileURLToPath(new URL("documented-example", import.meta.url));
  extensions = [await run.browser.install(documentedExample), run.extension];
  const first = await run.browser.newPage();
  await first.goto(run.server.url);
  await bothLogged(opened);
  await clickPageAndButtons(first);

  // A link is part of the page. It leads to another one, with a frame, which has no content script.
  await first.click("a");
  await bothLogged({
    "background-script": [...pageClicked["background-script"], ...opened["background-script"]],
    "content-script": opened["content-script"],
  });
  await clickPageAndButtons(first);

  await first.reload();
  await bothLogged(opened);
  await clickPageAndButtons(first);

  // Reloading an extension starts its scripts anew, in the open page too.
  for (const extension of extensions) await extension.reload();
  await bothLogged(opened);
  await clickPageAndButtons(first);

  // A second tab. The button's message goes to the page that connected last, also when the other
  // is in view.
  const second = await run.browser.newPage();
  await second.goto(run.server.url);
  await bothLogged(opened);
  await clickPageAndButtons(second);
  await first.bringToFront();
  await first.click("p");
  await bothLogged(pageClicked);
  for (const extension of extensions) {
    await Promise.all([shows(second, theyClickedTheButton), extension.clickBrowserAction()]);
    await extension.logged(buttonClicked);
  }
});
