// What browsers do with a port, without what this example adds. docs/life-of-a-port.md says so.
import { cpSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, type Target } from "../scripts/project.ts";
import { installBroken } from "./broken-background.ts";
import { browserErrors, documentedErrors } from "./error-texts.ts";
import { inChromium, inEachBrowser, type Run } from "./in-browsers.ts";
import { go, goTo, html } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

const pages = {
  "/": html("One"),
  "/two": html("Two"),
  "/not-cached": `${html("Not cached")}<script>onunload = () => {}</script>`,
  "/frames": `${html("Frames")}<iframe src="/"></iframe><iframe src="/two"></iframe>`,
  "/prerenders": '<script type="speculationrules">{ "prerender": [{ "urls": ["/two"] }] }</script>',
};

/** The target's extension, with the scripts in test/plain-port/, which run in frames too. */
function folder(target: Target) {
  const copy = copyExtension(target.folder, ({ content_scripts: [script] }) => {
    script.all_frames = true;
  });
  cpSync(path.join(root, "test/plain-port"), path.join(copy, "dist"), { recursive: true });
  return copy;
}

const background = (...lines: string[]) => ({ "background-script": lines });
const content = (...lines: string[]) => ({ "content-script": lines });

/** Opens a page in a new tab. A content script in each of its frames opens a port. */
async function open(run: Run, path = "/", frames = 1) {
  const page = await run.newTab();
  await page.goto(run.url + path);
  await run.extension.logged(background(...Array(frames).fill("onConnect")));
  return page;
}

inEachBrowser("a plain port", { pages, folder }, (run) => {
  const isFirefox = run.target.browser === "firefox";
  const cached = `onDisconnect: ${browserErrors.cached}`;
  const dispatch = (type: string) => document.dispatchEvent(new Event(type));

  test("the tab is closed, or a page is left that is not cached: onDisconnect fires in the background script", async () => {
    await run.extension.closeTab(await open(run));
    await run.extension.logged(background("onDisconnect"));
    await (await open(run, "/not-cached")).goto("about:blank");
    await run.extension.logged(background("onDisconnect"));
  });

  test("the user leaves a page that is cached, and goes back: the port ends in Chromium only", async () => {
    const page = await open(run);
    await goTo(page, `${run.url}/two`);
    await run.extension.logged(background(...(isFirefox ? [] : [cached]), "onConnect"));
    // Firefox posts to both ports. The cached page does not receive the message.
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...background("onClicked"), ...content("received the button") });
    await go(page, -1, "One");
    await page.click("p");
    // In Chromium, no event fires in the page, and the message of the click is lost.
    await run.extension.logged(background(isFirefox ? "received the click" : cached));
    await run.extension.closeTab(page);
    if (isFirefox) await run.extension.logged(background("onDisconnect", "onDisconnect"));
  });

  test("a script calls disconnect(): onDisconnect fires in the other script only", async () => {
    const page = await open(run);
    await page.evaluate(dispatch, "disconnect");
    await run.extension.logged(background("onDisconnect"));
  });

  test("the background script stops or crashes: onDisconnect fires in the page", async () => {
    await open(run);
    await run.extension.endBackground();
    await run.extension.logged(content("onDisconnect"));
  });

  test("the extension is reloaded: Firefox replaces the content script, Chromium does not", async () => {
    const page = await open(run);
    await run.extension.reload();
    // Firefox's old background script may still log that the port has ended.
    const expected = isFirefox ? background("onConnect") : content("onDisconnect");
    await run.extension.logged(expected, background("onDisconnect"));
    await page.click("p");
    const throws = content(`uncaught: ${browserErrors.invalidated}`);
    await run.extension.logged(isFirefox ? background("received the click") : throws);
    if (!isFirefox) {
      await page.evaluate(dispatch, "disconnect");
      await run.extension.logged(throws);
    }
    await page.reload();
    await run.extension.logged(background(...(isFirefox ? ["onDisconnect"] : []), "onConnect"));
    await run.extension.closeTab(page);
    await run.extension.logged(background("onDisconnect"));
  });

  test("frames share a port of tabs.connect(): in Firefox it ends with the first frame, in Chromium with the last", async () => {
    const page = await open(run, "/frames", 3);
    const inFrames = (type: string) =>
      Promise.all(page.frames().map((frame) => frame.evaluate(dispatch, type)));
    const inAll = (line: string) => content(line, line, line);
    const inOthers = isFirefox && content("onDisconnect", "onDisconnect");
    await inFrames("disconnect");
    await run.extension.logged(background("onDisconnect", "onDisconnect", "onDisconnect"));

    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...background("onClicked"), ...inAll("onConnect") });
    // As README.md says, a message that arrives before its listener was added is lost.
    await inFrames("listen");
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...background("onClicked"), ...inAll("received the button") });
    await page.frames()[1]?.evaluate(dispatch, "disconnect");
    // In Chromium, no event fires in the other frames: not until the next port opens either.
    await run.extension.logged({ ...background("onDisconnect"), ...inOthers });

    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...background("onClicked"), ...inAll("onConnect") });
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    if (isFirefox) await run.extension.logged({ ...background("onDisconnect"), ...inOthers });
    await page.goto("about:blank");
    if (!isFirefox) await run.extension.logged(background(cached));
  });
});

inChromium("a plain port", { pages, folder }, (run) => {
  test("a frozen page receives messages when it is resumed, but no onDisconnect", async () => {
    const page = await open(run);
    const session = await page.createCDPSession();
    const freeze = () => session.send("Page.setWebLifecycleState", { state: "frozen" });
    const resume = () => session.send("Page.setWebLifecycleState", { state: "active" });
    await open(run, "/two");
    await freeze();
    await run.extension.clickBrowserAction();
    await run.extension.logged({ ...background("onClicked"), ...content("received the button") });
    await resume();
    await run.extension.logged(content("received the button"));
    await freeze();
    await run.extension.endBackground();
    await run.extension.logged(content("onDisconnect"));
    await resume();
    await page.bringToFront();
    await page.click("p");
    await run.extension.logged(content(`uncaught: ${documentedErrors.chromium.disconnected}`));
  });

  test("the extension is reloaded after its background script could not start: no onDisconnect fires in the page", async () => {
    const { extension, lines, mend } = await installBroken(run, folder(run.target));
    const page = await open(run);
    await lines.logged(background("uncaught: broken"));
    await mend();
    await page.click("p");
    await lines.logged(content(`uncaught: ${browserErrors.invalidated}`));
    await run.extension.logged(background("received the click"));
    await extension.uninstall();
    await run.extension.closeTab(page);
    await run.extension.logged(background("onDisconnect"));
  });

  test("a prerendered page opens a port before the user sees the page", async () => {
    const page = await run.newTab();
    await page.goto(`${run.url}/prerenders`);
    await run.extension.logged(background("onConnect", "onConnect"));
    await page.close();
    await run.extension.logged(background("onDisconnect", "onDisconnect"));
  });
});
