// npm run pictures: takes docs/screenshot.png again, in Firefox. Look at it before you commit it.
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startFirefox } from "./browsers/firefox.ts";
import { serve } from "./browsers/serve.ts";
import { root } from "./project.ts";
import { pref, showSideBySide } from "./start-firefox.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

/** As wide as README.md is shown, in CSS pixels, and twice as dense. */
const size = { width: 850, height: 475, scale: 2 };
const file = path.join(root, "docs/screenshot.png");

useTemporaryFolder();
try {
  console.log("Taking docs/screenshot.png in Firefox. This takes about ten seconds …");
  await takePicture();
  console.log("Done. Look at the picture before you commit it.");
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  // The browser ends with this process.
  process.exit(1);
}

/** Has the conversation, and draws what a user sees of it. */
async function takePicture() {
  const demo = await readFile(path.join(root, "scripts/demo.html"), "utf8");
  // The port that npm start takes, so that the picture shows no other each time.
  const server = await serve({ "/": demo }, 8080).catch(() => {
    throw new Error(
      "TCP port 8080 is in use. End what uses it, for example npm start, and run the command again.",
    );
  });
  const firefox = await startFirefox({ prefs: pref });
  let lines = 0;
  const news = new EventEmitter();
  const extension = await firefox.install(root);
  await extension.watch(() => news.emit("line", ++lines));
  async function logged(count: number) {
    while (lines < count) await once(news, "line", { signal: AbortSignal.timeout(10_000) });
  }
  const page = await firefox.newPage();
  await page.setViewport(null);
  await extension.evaluate(showSideBySide);
  await extension.evaluate(arrange, size);
  for (let tries = 1; ; tries++) {
    lines = 0;
    await page.goto(server.url);
    await logged(4);
    if (await extension.evaluate(hasOrderOfReadme)) break;
    if (tries === 100)
      throw new Error("The greetings never came in README.md's order. Run the command again.");
  }
  await page.click("h1");
  await logged(6);
  await extension.clickBrowserAction();
  await logged(8);
  await extension.evaluate(draw, file, size);
  await firefox.close();
  server.close();
}

/** Runs in Firefox: leaves one tab, and gives both windows the picture's size. */
function arrange({ width, height }: typeof size) {
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  page.gBrowser.removeTab(page.gBrowser.tabs[0]);
  page.resizeTo(width, height);
  Services.wm.getMostRecentWindow("devtools:webconsole").resizeTo(width, height);
}

/**
 * Runs in Firefox: tells whether the Browser Console shows the greetings in the order that README.md has,
 * and clears it if not. Two processes log them.
 */
async function hasOrderOfReadme() {
  const { document, requestAnimationFrame } =
    Services.wm.getMostRecentWindow("devtools:webconsole");
  const lines = document.getElementsByClassName("message");
  while (lines.length < 4) await new Promise((resolve) => requestAnimationFrame(resolve));
  if (lines[1]?.textContent?.includes("hi there content script!")) return true;
  document.querySelector<HTMLElement>(".devtools-clear-icon")?.click();
  while (lines.length > 0) await new Promise((resolve) => requestAnimationFrame(resolve));
  return false;
}

/** Runs in Firefox: draws the page above the lines in the Browser Console. */
async function draw(file: string, { width, height, scale }: typeof size) {
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  const console = Services.wm.getMostRecentWindow("devtools:webconsole");
  const lines = console.document.getElementsByClassName("message");
  while (lines.length < 8) await new Promise((resolve) => console.requestAnimationFrame(resolve));
  const top = lines[0]?.getBoundingClientRect().top ?? 0;
  const bottom = lines[7]?.getBoundingClientRect().bottom ?? 0;
  const above = await snapshot(page, new DOMRect(0, 0, width, height));
  const below = await snapshot(console, new DOMRect(0, top, width, bottom - top));
  const canvas = new OffscreenCanvas(above.width, above.height + below.height);
  const context = canvas.getContext("2d");
  context?.drawImage(above, 0, 0);
  context?.drawImage(below, 0, above.height);
  const png = await canvas.convertToBlob();
  await IOUtils.write(file, new Uint8Array(await png.arrayBuffer()));

  function snapshot({ browsingContext }: ChromeWindow, rectangle: DOMRect) {
    return browsingContext.currentWindowGlobal.drawSnapshot(rectangle, scale, "white");
  }
}
