// The documented conversation: in Firefox, in the oldest Firefox that the manifest admits, and in
// Chromium.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import manifest from "../manifest.json" with { type: "json" };
import { withBrowser } from "./browser.js";
import { skip, startChromium } from "./chromium.js";
import { startFirefox } from "./firefox.js";
import { buttonClicked, opened, pageClicked } from "./lines.js";

describe("the documented conversation in Firefox", () => {
  conversation(startFirefox);
});

describe("the documented conversation in Chromium", { skip }, () => {
  conversation(startChromium);
});

const [oldest] = manifest.browser_specific_settings.gecko.strict_min_version.split(".");
const { FIREFOX_OLDEST } = process.env;
const skipOldest =
  !FIREFOX_OLDEST && `set FIREFOX_OLDEST to the path of a Firefox ${oldest} to test in it`;
describe(`the documented conversation in Firefox ${oldest}`, { skip: skipOldest }, () => {
  const run = conversation(() => startFirefox(FIREFOX_OLDEST));

  test("it is that version", () => assert.match(run.browser.version, new RegExp(`/${oldest}\\.`)));
});

/**
 * @template {Awaited<ReturnType<typeof startFirefox | typeof startChromium>>} Browser
 * @param {() => Promise<Browser>} start
 */
function conversation(start) {
  const run = withBrowser(start);
  let page;

  beforeEach(async () => {
    page = await run.browser.newPage();
    await page.goto(run.server.url);
  });
  afterEach(() => page.close());

  test("1 to 3, a page opens: the scripts greet each other", () => run.extension.logged(opened));

  test("4, the page is clicked: the background script logs it", async () => {
    await run.extension.logged(opened);
    await page.click("p");
    await run.extension.logged(pageClicked);
  });

  test("5, the browser action is clicked: the content script logs it", async () => {
    await run.extension.logged(opened);
    await run.extension.clickBrowserAction();
    await run.extension.logged(buttonClicked);
  });

  return run;
}
