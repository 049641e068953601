// npm run pictures: takes the picture in docs/ again. Look at each of them before committing it.
import { EventEmitter, once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { startFirefox } from "./browsers/firefox.ts";
import { serve } from "./browsers/serve.ts";
import { root } from "./project.ts";
import { pref, showSideBySide } from "./start-firefox.ts";

/** The steps from top to bottom: what happens, and what goes over the port, which way. */
const steps: [event: string, to: "right" | "left", posted: string][] = [
  ["The page opens", "right", 'runtime.connect({ name: "port-from-cs" })'],
  ["", "right", "hello from content script"],
  ["", "left", "hi there content script!"],
  ["The page is clicked", "right", "they clicked the page!"],
  ["The button is clicked", "left", "they clicked the button!"],
];

try {
  console.log("Taking a picture of the conversation in Firefox, for docs/screenshot.png …");
  await takeScreenshot(path.join(root, "docs/screenshot.png"));
  console.log("Drawing the conversation, for docs/conversation.svg …");
  await writeFile(path.join(root, "docs/conversation.svg"), drawConversation());
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  // Puppeteer ends its browsers with this process.
  process.exit(1);
}

/** The page and the Browser Console side by side, after the whole conversation. */
async function takeScreenshot(file: string) {
  const demo = await readFile(path.join(root, "scripts/demo.html"), "utf8");
  // The port that npm start takes, so that the picture shows no other each time.
  const server = await serve({ "/": demo }, 8080).catch(() => {
    throw new Error("Port 8080 is taken. End what uses it, for example npm start, and try again.");
  });
  // The screen that a headless Firefox believes in, in pixels.
  process.env.MOZ_HEADLESS_WIDTH = "1600";
  process.env.MOZ_HEADLESS_HEIGHT = "560";
  const firefox = await startFirefox({ prefs: pref });
  let lines = 0;
  const news = new EventEmitter();
  const extension = await firefox.install(root, () => news.emit("line", ++lines));
  /** Each of the steps that posts a greeting logs two lines. */
  async function logged(count: number) {
    while (lines < count) await once(news, "line", { signal: AbortSignal.timeout(10_000) });
  }
  const page = await firefox.newPage();
  await page.setViewport(null);
  await extension.evaluate(() => {
    const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
    gBrowser.removeTab(gBrowser.tabs[0]);
  });
  await page.goto(server.url);
  await logged(4);
  await page.click("h1");
  await logged(6);
  await extension.clickBrowserAction();
  await logged(8);
  await extension.evaluate(showSideBySide);
  await extension.evaluate(draw, file, lines);
  await firefox.close();
  server.close();
}

/** Runs in Firefox: draws both windows side by side, as soon as the Browser Console shows its lines. */
async function draw(file: string, lines: number) {
  const page = Services.wm.getMostRecentWindow("navigator:browser");
  const console = Services.wm.getMostRecentWindow("devtools:webconsole");
  while (console.document.querySelectorAll(".message").length < lines) {
    await new Promise((resolve) => console.requestAnimationFrame(resolve));
  }
  const [left, right] = await Promise.all(
    [page, console].map(({ browsingContext }) =>
      browsingContext.currentWindowGlobal.drawSnapshot(null, 1, "white"),
    ),
  );
  if (!left || !right) return;
  const canvas = new OffscreenCanvas(2 * left.width, left.height);
  const context = canvas.getContext("2d");
  context?.drawImage(left, 0, 0);
  context?.drawImage(right, left.width, 0);
  const png = await canvas.convertToBlob();
  await IOUtils.write(file, new Uint8Array(await png.arrayBuffer()));
}

/** One picture for light and dark: it brings its own background. */
function drawConversation() {
  const [left, right, top, row] = [230, 670, 90, 62] as const;
  const height = top + steps.length * row + 10;
  const arrows = steps.map(([event, to, text], i) => {
    const y = top + i * row + 30;
    const [from, tip, back] = to === "right" ? [left, right, -9] : [right, left, 9];
    return `
  ${event && `<text class="event" x="${left - 40}" y="${y + 5}">${event}</text>`}
  <text class="posted" x="${(left + right) / 2}" y="${y - 10}">${text.replaceAll('"', "&quot;")}</text>
  <path class="line" d="M${from} ${y}H${tip}m${back} -5l${-back} 5l${back} 5"/>
  <circle cx="${from}" cy="${y}" r="13"/>
  <text class="number" x="${from}" y="${y + 5}">${i + 1}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${height}" role="img">
  <title>The conversation over the port, in five steps</title>
  <style>
    svg { --back: #ffffff; --ink: #15141a; --blue: #0060df; font: 15px system-ui, sans-serif }
    @media (prefers-color-scheme: dark) { svg { --back: #1c1b22; --ink: #fbfbfe; --blue: #00ddff } }
    rect { fill: var(--back) }
    text { fill: var(--ink); text-anchor: middle }
    circle { fill: var(--blue) }
    .line { fill: none; stroke: var(--blue); stroke-width: 2 }
    .life { stroke: var(--ink); stroke-dasharray: 2 6 }
    .who, .number { font-weight: bold }
    .number { fill: var(--back) }
    .event { text-anchor: end }
    .posted { font-family: ui-monospace, monospace; font-size: 14px }
  </style>
  <rect width="800" height="${height}" rx="8"/>
  <text class="who" x="${left}" y="35">content script</text>
  <text x="${left}" y="56">in the page</text>
  <text class="who" x="${right}" y="35">background script</text>
  <text x="${right}" y="56">one for all pages</text>
  <path class="life" d="M${left} 68V${height - 10}M${right} 68V${height - 10}"/>${arrows.join("")}
</svg>
`;
}
