// The plots of the benchmark, in colors that read on light and on dark.
import { createRequire } from "node:module";
import { launchChromium } from "../browsers/chromium.ts";
import { type Measured, ms, nameOf } from "./report.ts";

/**
 * Draws the plots.
 *
 * @param measured - what to show
 * @returns the files in docs/ by their names, as SVG
 * @throws when Chromium cannot draw them
 */
export async function drawPlots({ inBrowsers }: Measured): Promise<Record<string, string>> {
  const colors = ["#e8590c", "#1c7ed6"];
  const series = inBrowsers.map((browser, i) => ({ browser, color: colors[i] ?? ink }));
  const ways = {
    kept: "a port that stays open",
    oneOff: "runtime.sendMessage()",
    reconnect: "a port for each message",
  };
  const [ofWays = "", ofSizes = ""] = await draw([
    {
      title: "Time for a message and its answer, in ms: less is better",
      data: series.map(({ browser, color }) => ({
        type: "bar",
        orientation: "h",
        name: nameOf(browser),
        y: Object.values(ways),
        x: Object.keys(ways).map((way) => browser.ways[way as keyof typeof ways]),
        text: Object.keys(ways).map((way) => ms(browser.ways[way as keyof typeof ways])),
        textposition: "auto",
        marker: { color },
      })),
      layout: {
        height: 280,
        xaxis: { rangemode: "tozero" },
        yaxis: { autorange: "reversed", automargin: true },
      },
    },
    {
      title: "Time for a message and its answer, by length",
      data: series.map(({ browser, color }) => ({
        type: "scatter",
        mode: "lines+markers",
        name: nameOf(browser),
        x: browser.sizes.map(({ size }) => size),
        y: browser.sizes.map(({ time }) => time.median),
        line: { color },
      })),
      layout: {
        height: 360,
        xaxis: { type: "log", dtick: 1, title: { text: "characters" } },
        yaxis: { type: "log", dtick: 1, title: { text: "ms" } },
      },
    },
  ]);
  return { "cost-of-ways.svg": ofWays, "cost-of-size.svg": ofSizes };
}

/** Colors that stand for those of the theme, since Plotly knows no variables of CSS. */
const ink = "rgb(1, 2, 3)";
const back = "rgb(3, 2, 1)";
const theme = `<style>
  svg { --back: #ffffff; --ink: #15141a }
  @media (prefers-color-scheme: dark) { svg { --back: #1c1b22; --ink: #fbfbfe } }
</style>`;

interface Plot {
  title: string;
  data: object[];
  layout: object;
}

/** Draws plots with https://plotly.com/javascript/, which runs only in a page. */
async function draw(plots: Plot[]): Promise<string[]> {
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.addScriptTag({
    path: createRequire(import.meta.url).resolve("plotly.js-basic-dist-min"),
  });
  const common = {
    width: 720,
    font: { family: "system-ui, sans-serif", size: 14, color: ink },
    paper_bgcolor: back,
    plot_bgcolor: "transparent",
    legend: { orientation: "h", y: -0.2 },
    margin: { t: 50, r: 20 },
  };
  const axis = { gridcolor: "rgba(128, 128, 128, 0.4)", zerolinecolor: "rgba(128, 128, 128, 0.4)" };
  const urls = await page.evaluate(
    async (plots, common, axis) => {
      const { Plotly } = globalThis as unknown as {
        Plotly: { toImage(plot: Omit<Plot, "title">, options: { format: "svg" }): Promise<string> };
      };
      const urls: string[] = [];
      for (const { title, data, layout } of plots) {
        const { xaxis, yaxis, ...rest } = layout as { xaxis: object; yaxis: object };
        const whole = {
          ...common,
          ...rest,
          title: { text: title },
          xaxis: { ...axis, ...xaxis },
          yaxis: { ...axis, ...yaxis },
        };
        urls.push(await Plotly.toImage({ data, layout: whole }, { format: "svg" }));
      }
      return urls;
    },
    plots,
    common,
    axis,
  );
  await browser.close();
  return urls.map((url, i) =>
    decodeURIComponent(url.replace(/^[^,]*,/, ""))
      .replaceAll(ink, "var(--ink)")
      .replaceAll(back, "var(--back)")
      .replace(/<svg([^>]*)>/, `<svg role="img"$1><title>${plots[i]?.title}</title>\n${theme}`),
  );
}
