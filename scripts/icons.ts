// npm run icons: draws icons/port.svg in the sizes that the manifest for Chromium asks for, since Chromium
// takes no SVG.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startChromium } from "./browsers/chromium.ts";
import { root, targets } from "./project.ts";
import { temporaryFolder } from "./temporary-folder.ts";

temporaryFolder();
try {
  const svg = await readFile(path.join(root, "icons/port.svg"), "utf8");
  const chromium = await startChromium();
  const page = await chromium.newPage();
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  for (const size of [16, 32, 48, 128]) {
    await page.setViewport({ width: size, height: size });
    const file = path.join(targets.mv3.folder, `icons/port-${size}.png`) as `${string}.png`;
    await page.screenshot({ path: file, omitBackground: true });
    console.log(`${path.relative("", file)} was written.`);
  }
  await chromium.close();
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  // The browser ends with this process.
  process.exit(1);
}
