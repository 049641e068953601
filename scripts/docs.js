// npm run docs: makes the pictures anew, in the browsers that the tests use. Look at each of them before
// committing it.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { launchChromium } from "../test/chromium.js";
import { startFirefox } from "../test/firefox.js";
import { buttonClicked, opened, pageClicked } from "../test/lines.js";
import { findBrowser } from "./find-browser.js";
import { serve } from "./serve.js";
import { sideBySide } from "./start-firefox.js";

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The steps from top to bottom: what happens, and what goes over the port, which way. */
const steps = [
  ["The page opens", "right", 'runtime.connect({ name: "port-from-cs" })'],
  ["", "right", opened["background-script"][1]],
  ["", "left", opened["content-script"][1]],
  ["The page is clicked", "right", pageClicked["background-script"][1]],
  ["The button is clicked", "left", buttonClicked["content-script"][1]],
];

try {
  console.log("Taking a picture of the conversation in Firefox, for docs/screenshot.png …");
  await takeScreenshot(inRoot("docs/screenshot.png"));
  console.log("Drawing the conversation, for docs/conversation.svg …");
  await writeFile(inRoot("docs/conversation.svg"), drawConversation());
  console.log("Drawing icons/port.svg in Chromium, which takes no SVG, for chromium/icons/ …");
  await drawIcons();
} catch ({ message }) {
  console.error(`\n${message}`);
  // Puppeteer ends its browsers with this process.
  process.exit(1);
}

/** The page and the Browser Console side by side, after the whole conversation. */
async function takeScreenshot(file) {
  const server = await serve({ "/": await readFile(inRoot("scripts/demo.html"), "utf8") });
  // The screen that a headless Firefox believes in, in pixels.
  process.env.MOZ_HEADLESS_WIDTH = "1600";
  process.env.MOZ_HEADLESS_HEIGHT = "560";
  const firefox = await startFirefox();
  const extension = await firefox.install();
  const page = await firefox.newPage();
  await page.setViewport(null);
  await extension.evaluate(`(() => {
    const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
    gBrowser.removeTab(gBrowser.tabs[0]);
  })()`);
  await page.goto(server.url);
  await extension.logged(opened);
  await page.click("h1");
  await extension.logged(pageClicked);
  await extension.clickBrowserAction();
  await extension.logged(buttonClicked);

  const prefs = packageJson.webExt.run.pref.map((line) => line.split("="));
  await extension.evaluate(`for (const [name, value] of ${JSON.stringify(prefs)}) {
    if (value === "false") Services.prefs.setBoolPref(name, false);
    else Services.prefs.setStringPref(name, value);
  }`);
  await extension.evaluate(sideBySide);
  await extension.evaluate(`(async () => {
    const windows = ["navigator:browser", "devtools:webconsole"].map((type) =>
      Services.wm.getMostRecentWindow(type));
    // The Browser Console shows its lines when it comes to it.
    while (windows[1].document.querySelectorAll(".message").length < 8) {
      await new Promise((resolve) => windows[1].requestAnimationFrame(resolve));
    }
    const pictures = await Promise.all(windows.map(({ browsingContext }) =>
      browsingContext.currentWindowGlobal.drawSnapshot(null, 1, "white")));
    const [{ width, height }] = pictures;
    const canvas = new OffscreenCanvas(2 * width, height);
    const context = canvas.getContext("2d");
    pictures.forEach((picture, i) => context.drawImage(picture, i * width, 0));
    const png = await canvas.convertToBlob();
    await IOUtils.write(${JSON.stringify(file)}, new Uint8Array(await png.arrayBuffer()));
  })()`);
  await firefox.close();
  server.close();
}

/** One picture for light and dark: it brings its own background. */
function drawConversation() {
  const [left, right, top, row] = [230, 670, 90, 62];
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

async function drawIcons() {
  const svg = await readFile(inRoot("icons/port.svg"), "utf8");
  const chromium = await launchChromium(await findBrowser("chromium"));
  const page = await chromium.newPage();
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  for (const size of [16, 32, 48, 128]) {
    await page.setViewport({ width: size, height: size });
    const path = inRoot(`chromium/icons/port-${size}.png`);
    await page.screenshot({ path, omitBackground: true });
  }
  await chromium.close();
}
