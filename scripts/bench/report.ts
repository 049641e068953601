// The page and the plots that the benchmark writes into docs/.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { launchChromium } from "../browsers/chromium.ts";
import { root } from "../project.ts";
import type { Build } from "./build.ts";
import type { InBrowser } from "./in-browser.ts";
import { quantile, type Spread } from "./statistics.ts";

/** All that was measured. */
export interface Measured {
  build: Build;
  inBrowsers: InBrowser[];
  /** The command's options. */
  command: string;
  /** How long it took. */
  seconds: number;
}

const name = ({ version }: InBrowser) => (version.startsWith("firefox") ? "Firefox" : "Chromium");

/** Three digits tell enough. */
const figure = (value: number) =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(Math.abs(value) < 1 ? 2 : 3)));
const ms = (value: number) => `${figure(value)} ms`;
const kB = (value: number) => `${figure(value / 1_000)} kB`;
const MB = (value: number) => `${(value / 1_000_000).toFixed(1)} MB`;
const perSecond = (value: number) => `${figure(value)} a second`;
const times = (value: number) => (value >= 10 ? figure(value) : value.toFixed(2));
/** A median, with the quartiles. */
const withSpread = ({ median, low, high }: Spread, as: (value: number) => string) =>
  `${as(median)} (${as(low)} to ${as(high)})`;

function table(heading: string[], rows: string[][]) {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [heading, heading.map(() => "---"), ...rows].map(line).join("\n");
}

/** Writes the page, as Markdown. */
export function report({ build, inBrowsers, command, seconds }: Measured): string {
  /** A figure of each browser, in a sentence. */
  const each = (tell: (browser: InBrowser) => string) =>
    inBrowsers.map((browser) => `${tell(browser)} in ${name(browser)}`).join(" and ");
  const row = (title: string, tell: (browser: InBrowser) => string) => [
    title,
    ...inBrowsers.map(tell),
  ];
  const perBrowser = (title: string, rows: string[][]) =>
    table([title, ...inBrowsers.map(name)], rows);

  const percentiles = (values: number[]) =>
    [0.5, 0.95, 0.99].map((share) => figure(quantile(values, share))).join(", ");
  const perPort = ({ ports }: InBrowser) => {
    const [first, last] = [ports[0], ports.at(-1)];
    if (!first || !last) return Number.NaN;
    return (last.memory - first.memory) / (last.open - first.open);
  };
  const sizeRatio = ({ sizes }: InBrowser, size: number) =>
    (sizes.find((one) => one.size === size)?.time.median ?? Number.NaN) /
    (sizes[0]?.time.median ?? Number.NaN);
  const allArrive = inBrowsers
    .flatMap(({ bursts }) => [bursts.up, bursts.down])
    .every(({ lost, outOfOrder }) => lost + outOfOrder === 0);
  const { documented, ours } = build.scripts;
  const bytes = (title: string, base: number, value: number) => [
    title,
    figure(base),
    figure(value),
    times(value / base),
  ];

  return `# What a port costs

- A port that stays open is the fastest way. A one-off \`runtime.sendMessage()\` takes ${each(({ wayRatios }) => `${times(wayRatios.oneOff.median)} times as long`)}, and a port of its own for each message ${each(({ wayRatios }) => `${times(wayRatios.reconnect.median)} times as long`)}.
- A click that has to start a stopped background script reaches its listener after ${each(({ wakes }) => ms(wakes.stopped.median))}. When the background script runs, a click takes ${each(({ wakes }) => ms(wakes.running.median))}.
- A message of 10,000 characters takes ${each((browser) => `${times(sizeRatio(browser, 10_000))} times as long`)} as one of 10 characters, and one of a million ${each((browser) => `${times(sizeRatio(browser, 1_000_000))} times as long`)}.
- A click and its answer take ${each(({ clicks }) => `${times(clicks.both.median)} times as long`)} with this project's code as with the code in the documentation.

Absolute times differ from machine to machine. Ratios differ less: what is compared takes turns in the same browser, block by block. A figure with two others in brackets is a median with the quartiles below and above it.

## A message from a click to the background script

${figure(inBrowsers[0]?.clicks.ours.oneWay.length ?? 0)} clicks on a page, one after another, with both scripts' lines logged: the median, the 95th and the 99th percentile in ms. The ratio is that of this project's code to the documented code.

${perBrowser("time", [
  row("until the background script's listener runs", ({ clicks }) =>
    percentiles(clicks.ours.oneWay),
  ),
  row("the documented code", ({ clicks }) => percentiles(clicks.documented.oneWay)),
  row("until an answer is back in the page", ({ clicks }) => percentiles(clicks.ours.both)),
  row("the documented code", ({ clicks }) => percentiles(clicks.documented.both)),
  row("ratio", ({ clicks }) => withSpread(clicks.both, times)),
  row("clicks received a second, of many at once", ({ clicksPerSecond }) =>
    figure(clicksPerSecond.ours),
  ),
  row("ratio", ({ clicksPerSecond }) => withSpread(clicksPerSecond.ratio, times)),
])}

## A burst of messages

${figure(inBrowsers[0]?.bursts.up.sent ?? 0)} messages at once in each direction. ${allArrive ? "All of them arrive, in the order in which they were posted." : "Not all of them arrive in the order in which they were posted."}

${perBrowser(
  "direction",
  (["up", "down"] as const).map((way) =>
    row(
      way === "up" ? "from the page to the background script" : "to the page",
      ({ bursts }) =>
        `${perSecond(bursts[way].rate)}, ${bursts[way].lost} lost, ${bursts[way].outOfOrder} out of order`,
    ),
  ),
)}

## A port, or one-off messages

A message of ten characters to the background script, and its answer, without any other code.

![The three ways as bars, in ms](cost-of-ways.svg)

${perBrowser("way", [
  row("a port that stays open", ({ ways }) => ms(ways.kept)),
  row("`runtime.sendMessage()`", ({ ways }) => ms(ways.oneOff)),
  row("ratio to the port that stays open", ({ wayRatios }) => withSpread(wayRatios.oneOff, times)),
  row("connect, post, disconnect", ({ ways }) => ms(ways.reconnect)),
  row("ratio to the port that stays open", ({ wayRatios }) =>
    withSpread(wayRatios.reconnect, times),
  ),
])}

## The size of a message

A string of so many characters to the background script, and a short answer.

![The time by the size of a message](cost-of-size.svg)

${perBrowser(
  "characters",
  (inBrowsers[0]?.sizes ?? []).map(({ size }, i) =>
    row(size.toLocaleString("en"), ({ sizes }) => (sizes[i] ? withSpread(sizes[i].time, ms) : "")),
  ),
)}

## What the content script adds to a page

The page is small. A visit lasts from one page's start until the next page's, which begins once the load event is over.

${perBrowser(
  "added to",
  (["load", "visit"] as const).flatMap((which) => [
    row(
      which === "load" ? "the load, without an extension" : "a visit, without an extension",
      ({ loads }) => ms(loads[which].none),
    ),
    row("added by the documented code", ({ loads }) => withSpread(loads[which].documented, ms)),
    row("added by this project's code", ({ loads }) => withSpread(loads[which].ours, ms)),
  ]),
)}

## A click that starts the background script

With manifest version 3. The background script has been stopped, and the page's port has ended with it.

${perBrowser("until the listener runs", [
  row("the background script is stopped", ({ wakes }) => withSpread(wakes.stopped, ms)),
  row("it runs", ({ wakes }) => withSpread(wakes.running, ms)),
  row("ratio", ({ wakes }) => withSpread(wakes.ratio, times)),
])}

## Many open ports

One page opens them all, in place of as many tabs: a message over the port that was opened last, and its answer; and the memory of the process in which the background script runs.

${perBrowser("ports", [
  ...(inBrowsers[0]?.ports ?? []).map(({ open }, i) =>
    row(figure(open), ({ ports }) =>
      ports[i] ? `${withSpread(ports[i].time, ms)}, ${MB(ports[i].memory)}` : "",
    ),
  ),
  row("memory for each more", (browser) => kB(perPort(browser))),
])}

## Memory after many pages

The memory of that process after so many navigations in one tab. Each of the two examples has a browser of its own.${inBrowsers[0]?.navigations.ours ? "" : " Not measured with --quick."}

${perBrowser(
  "navigations",
  (["ours", "documented"] as const).flatMap((example) =>
    (inBrowsers[0]?.navigations[example] ?? []).map(({ count }, i) =>
      row(
        `${figure(count)}, ${example === "ours" ? "this project's code" : "the documented code"}`,
        ({ navigations }) => MB(navigations[example][i]?.memory ?? Number.NaN),
      ),
    ),
  ),
)}

## What is shipped

In bytes, with manifest version 2. The scripts are minified by the same tool, terser, for this comparison alone: what is shipped is readable. The packages are zipped as they are shipped; the documented example has no icon.

${table(
  ["", "documented", "this project", "ratio"],
  [
    bytes("content script", documented.content, ours.content),
    bytes("background script", documented.background, ours.background),
    bytes("both", documented.content + documented.background, ours.content + ours.background),
    bytes("package", build.packages.documented, build.packages.ours),
  ],
)}

## The build

${table(
  ["what", "time"],
  [
    [
      "`npm run build`, for both versions of the manifest, types checked",
      withSpread(build.cold, ms),
    ],
    [
      "under `npm start` in Firefox, from a save to the new content script in the page",
      withSpread(build.saves, ms),
    ],
  ],
)}

## How this was measured

| | |
| --- | --- |
| command | \`npm run bench${command && ` -- ${command}`}\`, ${seconds} s |
| date | ${new Date().toISOString().slice(0, 10)} |
| browsers | ${inBrowsers.map(({ version }) => version).join(", ")}, headless |
| machine | ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()}, Node.js ${process.versions.node} |
| load of the machine when the run began | ${load.toFixed(1)} processes |
| resolution of the clocks | ${inBrowsers.map((browser) => `${name(browser)}: ${figure(browser.clocks.page)} ms in the page, ${figure(browser.clocks.background)} ms in the background script`).join("; ")} |

The scripts in [\`scripts/bench/\`](../scripts/bench) run beside those that are measured, and take the times inside the browser. Pages are cross-origin isolated, and Firefox runs with \`privacy.reduceTimerPrecision\` turned off: otherwise browsers coarsen their clocks to as much as 1 ms, which is more than a message takes. The time until the background script's listener runs is taken with the clocks of two processes. How far one is ahead is told by the fastest of 50 one-off messages and their answers, and taken off: this takes both directions to be equally fast, and is right to about 0.1 ms, which is more than the examples differ by: hence there is no ratio of it. Firefox runs the code with manifest version 2, and Chromium with version 3, except where it says otherwise; the documented code in Chromium is a copy with version 3. Memory is what \`ps\` says of the process, with what it shares, after Firefox has been asked to collect its garbage.

[Plotly](https://plotly.com/javascript/) draws the plots, in Chromium: one package of 1.2 MB, which nothing else uses.
`;
}

const [load = 0] = os.loadavg();

/**
 * Writes the page and its plots into docs/.
 *
 * @throws when no browser can draw them
 */
export async function write(measured: Measured): Promise<void> {
  const docs = path.join(root, "docs");
  const { inBrowsers } = measured;
  const colors = ["#e8590c", "#1c7ed6"];
  const series = inBrowsers.map((browser, i) => ({ browser, color: colors[i] ?? ink }));
  const ways = {
    kept: "a port that stays open",
    oneOff: "runtime.sendMessage()",
    reconnect: "connect, post, disconnect",
  };
  const drawn = await draw([
    {
      title: "A message and its answer, in ms: less is better",
      data: series.map(({ browser, color }) => ({
        type: "bar",
        orientation: "h",
        name: name(browser),
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
      title: "A message of so many characters and its answer, in ms",
      data: series.map(({ browser, color }) => ({
        type: "scatter",
        mode: "lines+markers",
        name: name(browser),
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
  for (const [i, file] of ["cost-of-ways.svg", "cost-of-size.svg"].entries()) {
    writeFileSync(path.join(docs, file), `${drawn[i]}\n`);
  }
  writeFileSync(path.join(docs, "what-a-port-costs.md"), report(measured));
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

/** Draws plots that read on light and on dark: https://plotly.com/javascript/ runs in pages alone. */
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
