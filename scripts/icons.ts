// npm run icons: draws icons/icon.svg in the sizes that the manifests ask for, since Chromium takes no SVG.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startChromium } from "./browsers/chromium.ts";
import { stringsIn } from "./extension-files.ts";
import { folders, readManifest, root } from "./project.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

useTemporaryFolder();
try {
  const svg = await readFile(path.join(root, "icons/icon.svg"), "base64");
  console.log("Drawing icons/icon.svg in Chromium …");
  const chromium = await startChromium();
  const page = await chromium.newPage();
  await page.setContent(
    `<style>body { margin: 0 } img { display: block; width: 100vw; height: 100vh }</style>
    <img src="data:image/svg+xml;base64,${svg}" />`,
  );
  if (!(await page.$eval("img", ({ naturalWidth }) => naturalWidth))) {
    throw new Error("Chromium cannot draw icons/icon.svg. Open the file in a browser to see why.");
  }
  for (const folder of folders) {
    for (const name of stringsIn(readManifest(folder))) {
      const size = Number(name.match(/-(\d+)\.png$/)?.[1]);
      if (!size) continue;
      await page.setViewport({ width: size, height: size });
      const file = path.join(folder, name) as `${string}.png`;
      await page.screenshot({ path: file, omitBackground: true });
      console.log(`${path.relative("", file)} was written.`);
    }
  }
  await chromium.close();
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  // The browser ends with this process.
  process.exit(1);
}
