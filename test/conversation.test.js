// The documented conversation, in this machine's Firefox and in the oldest that the manifest admits.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import manifest from "../manifest.json" with { type: "json" };
import { findFirefox } from "../scripts/find-firefox.js";
import { serve } from "../scripts/serve.js";
import { root, startFirefox } from "./firefox.js";
import { buttonClicked, opened, pageClicked } from "./lines.js";

let firefox;

describe("the documented conversation", () => {
  conversation(findFirefox);
});

const [oldest] = manifest.browser_specific_settings.gecko.strict_min_version.split(".");
const { FIREFOX_OLDEST } = process.env;
const skip =
  !FIREFOX_OLDEST && `set FIREFOX_OLDEST to the path of a Firefox ${oldest} to test in it`;
describe(`the documented conversation in Firefox ${oldest}`, { skip }, () => {
  conversation(() => FIREFOX_OLDEST);

  test("it is that version", () => assert.match(firefox.version, new RegExp(`/${oldest}\\.`)));
});

function conversation(find) {
  let server;
  let extension;
  let page;

  before(async () => {
    server = await serve({ "/": "<!doctype html><title>A page</title><p>A page" });
    firefox = await startFirefox(await find());
    extension = await firefox.install(root);
  });
  after(async () => {
    await firefox?.close();
    server.close();
  });

  beforeEach(async () => {
    page = await firefox.newPage();
    await page.goto(server.url);
  });
  afterEach(() => page.close());

  test("a page opens: the scripts greet each other", () => extension.logged(opened));

  test("the page is clicked: the background script logs it", async () => {
    await extension.logged(opened);
    await page.click("p");
    await extension.logged(pageClicked);
  });

  test("the browser action is clicked: the content script logs it", async () => {
    await extension.logged(opened);
    await extension.clickBrowserAction();
    await extension.logged(buttonClicked);
  });
}
