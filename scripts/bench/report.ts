// The page that the benchmark writes into docs/.
import os from "node:os";
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

/** What the page calls a browser. */
export const nameOf = ({ version }: InBrowser) =>
  version.startsWith("firefox") ? "Firefox" : "Chromium";

/** Shows a figure with three digits, or two if it is less than 1. */
const figure = (value: number) =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en", { useGrouping: value >= 10_000 })
    : String(Number(value.toPrecision(Math.abs(value) < 1 ? 2 : 3)));
/** Shows a time. */
export const ms = (value: number) => `${figure(value)} ms`;
const kB = (value: number) => `${figure(value / 1_000)} kB`;
const MB = (value: number) => `${(value / 1_000_000).toFixed(1)} MB`;
const perSecond = (value: number) => `${figure(value)} per second`;
const times = (value: number) => (value >= 10 ? figure(value) : value.toFixed(2));
const withSpread = ({ median, low, high }: Spread, as: (value: number) => string) =>
  `${as(median)} (${as(low)} to ${as(high)})`;

function table(heading: string[], rows: string[][]) {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [heading, heading.map(() => "---"), ...rows].map(line).join("\n");
}

/**
 * Writes the page.
 *
 * @param measured - what to show
 * @returns Markdown
 */
export function report({ build, inBrowsers, command, seconds }: Measured): string {
  /** A figure of each browser, in a sentence. */
  const each = (tell: (browser: InBrowser) => string) =>
    inBrowsers.map((browser) => `${tell(browser)} in ${nameOf(browser)}`).join(" and ");
  const row = (title: string, tell: (browser: InBrowser) => string) => [
    title,
    ...inBrowsers.map(tell),
  ];
  const perBrowser = (title: string, rows: string[][]) =>
    table([title, ...inBrowsers.map(nameOf)], rows);

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

  /** The memory that a process has after so many pages. */
  const memoryAfter = (pages: number, { navigations }: InBrowser) =>
    navigations.find(({ count }) => count === pages)?.memory ?? Number.NaN;
  const visited = inBrowsers[0]?.navigations.map(({ count }) => count) ?? [];

  return `# What a port costs

How long does a message over a port take, compared with a one-off message? What do open ports cost in time and memory, and what does this example cost, compared with MDN's code? In short:

- A port that stays open is the fastest way. A one-off \`runtime.sendMessage()\` takes ${each(({ wayRatios }) => `${times(wayRatios.oneOff.median)} times as long`)}. A port for each message takes ${each(({ wayRatios }) => `${times(wayRatios.reconnect.median)} times as long`)}.
- A click that has to start a stopped background script reaches that script after ${each(({ wakes }) => ms(wakes.stopped.median))}. If the background script is running, a single click takes ${each(({ wakes }) => ms(wakes.running.median))}.
- A message of 10,000 characters takes ${each((browser) => `${times(sizeRatio(browser, 10_000))} times as long`)} as a message of 10 characters. A message of a million characters takes ${each((browser) => `${times(sizeRatio(browser, 1_000_000))} times as long`)}.
- A click and its answer take ${each(({ clicks }) => `${times(clicks.both.median)} times as long`)} with this example's code as with MDN's code.${
    visited.length > 0
      ? `
- From page 500 to page 1000 in a tab, the memory of the background script's process changes by ${each((browser) => MB(memoryAfter(1_000, browser) - memoryAfter(500, browser)))}.`
      : ""
  }

Absolute times differ from machine to machine. Ratios differ less, because the compared variants take turns in the same browser, block by block. A figure that is followed by a range is a median, and the range contains nine of ten values.

## A message from a click to the background script

One after another, ${figure(inBrowsers[0]?.clicks.ours.oneWay.length ?? 0)} clicks on a page are posted to the background script, and the scripts log their lines. The cells show the median, the 95th percentile, and the 99th percentile, in ms. A ratio compares the times of this example's code with those of MDN's code.

${perBrowser("time", [
  row("until the background script's listener runs, this example", ({ clicks }) =>
    percentiles(clicks.ours.oneWay),
  ),
  row("until the background script's listener runs, MDN's code", ({ clicks }) =>
    percentiles(clicks.documented.oneWay),
  ),
  row("until an answer is back in the page, this example", ({ clicks }) =>
    percentiles(clicks.ours.both),
  ),
  row("until an answer is back in the page, MDN's code", ({ clicks }) =>
    percentiles(clicks.documented.both),
  ),
  row("ratio of the times until an answer is back", ({ clicks }) => withSpread(clicks.both, times)),
  row("clicks per second, when many come at once, this example", ({ manyClicks }) =>
    figure(manyClicks.perSecond),
  ),
  row("ratio of the times of many clicks", ({ manyClicks }) => withSpread(manyClicks.ratio, times)),
])}

## A burst of messages

The scripts post ${figure(inBrowsers[0]?.bursts.up.sent ?? 0)} messages at once in each direction. ${allArrive ? "All of them arrive, in the order in which they were posted." : "Not all of them arrive in the order in which they were posted."}

${perBrowser(
  "direction",
  (["up", "down"] as const).map((way) =>
    row(
      way === "up"
        ? "from the page to the background script"
        : "from the background script to the page",
      ({ bursts }) =>
        `${perSecond(bursts[way].rate)}, ${bursts[way].lost} lost, ${bursts[way].outOfOrder} out of order`,
    ),
  ),
)}

## A port or one-off messages

The content script sends a message of ten characters to the background script and waits for the answer. No other code runs.

![Bar chart of the three ways, in ms](cost-of-ways.svg)

${perBrowser("way", [
  row("a port that stays open", ({ ways }) => ms(ways.kept)),
  row("`runtime.sendMessage()`", ({ ways }) => ms(ways.oneOff)),
  row("ratio to a port that stays open", ({ wayRatios }) => withSpread(wayRatios.oneOff, times)),
  row("a port for each message", ({ ways }) => ms(ways.reconnect)),
  row("ratio to a port that stays open", ({ wayRatios }) => withSpread(wayRatios.reconnect, times)),
])}

## The size of a message

The content script posts a string of the given length, and the background script posts a short answer.

![The time by the length of a message](cost-of-size.svg)

${perBrowser(
  "characters",
  (inBrowsers[0]?.sizes ?? []).map(({ size }, i) =>
    row(figure(size), ({ sizes }) => (sizes[i] ? withSpread(sizes[i].time, ms) : "")),
  ),
)}

## What the content script adds to a page

The page is small. A visit lasts from the start of one page until the start of the next page, which begins when the load event has ended. What a script adds is the difference of two medians in each block. A negative figure means that the difference is smaller than the spread of the loads themselves.

${perBrowser(
  "time",
  (["load", "visit"] as const).flatMap((which) => [
    row(`a ${which} without an extension`, ({ loads }) => ms(loads[which].none)),
    row(`added to a ${which} by MDN's code`, ({ loads }) =>
      withSpread(loads[which].documented, ms),
    ),
    row(`added to a ${which} by this example's code`, ({ loads }) =>
      withSpread(loads[which].ours, ms),
    ),
  ]),
)}

## A click that starts the background script

These times are for manifest version 3. Before a click, the benchmark stops the background script, which ends the port. Each click comes alone, after a pause, so even a click that finds the background script running takes longer than the clicks above.

${perBrowser("time until the listener runs", [
  row("if the background script has stopped", ({ wakes }) => withSpread(wakes.stopped, ms)),
  row("if the background script is running", ({ wakes }) => withSpread(wakes.running, ms)),
  row("ratio", ({ wakes }) => withSpread(wakes.ratio, times)),
])}

## Many open ports

One page opens all the ports, instead of one tab for each. The cells show the time for a message and its answer over the port that was opened last, and the memory of the background script's process.

${perBrowser("ports", [
  ...(inBrowsers[0]?.ports ?? []).map(({ open }, i) =>
    row(figure(open), ({ ports }) =>
      ports[i] ? `${withSpread(ports[i].time, ms)}, ${MB(ports[i].memory)}` : "",
    ),
  ),
  row("memory for each additional port", (browser) => kB(perPort(browser))),
])}

## Memory after many pages

${
  visited.length > 0
    ? "One tab navigates from page to page. The cells show the memory of the background script's process, with a persistent background script in Firefox and a service worker in Chromium."
    : "This is not measured with --quick."
}

${perBrowser(
  "pages",
  visited.map((pages) => row(figure(pages), (browser) => MB(memoryAfter(pages, browser)))),
)}

## What is shipped

Sizes are in bytes, with manifest version 2. For this comparison only, terser minifies the scripts of both. The packages are zip files of what is shipped, which is readable. MDN's example has no icon.

${table(
  ["", "MDN's example", "this example", "ratio"],
  [
    bytes("content script", documented.content, ours.content),
    bytes("background script", documented.background, ours.background),
    bytes(
      "both scripts",
      documented.content + documented.background,
      ours.content + ours.background,
    ),
    bytes("package", build.packages.documented, build.packages.ours),
  ],
)}

## The build

${table(
  ["what", "time"],
  [
    ["`npm run build`: both manifest versions, with type checking", withSpread(build.cold, ms)],
    [
      "`npm start`: from a save until the new content script runs in Firefox",
      withSpread(build.saves, ms),
    ],
  ],
)}

## How this was measured

| | |
| --- | --- |
| command | \`npm run bench${command && ` -- ${command}`}\`, ${seconds} s |
| date | ${new Date().toISOString().slice(0, 10)} |
| browsers | ${inBrowsers.map((browser) => browser.version.replace(/.*\//, `${nameOf(browser)} `)).join(" and ")}, headless |
| machine | ${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()}, Node.js ${process.versions.node} |
| resolution of the clocks | ${inBrowsers.map((browser) => `${nameOf(browser)}: ${figure(browser.clocks.page)} ms in the page, ${figure(browser.clocks.background)} ms in the background script`).join("; ")} |

The scripts in [\`scripts/bench/\`](../scripts/bench) run next to the measured scripts and take the times inside the browser. The pages are cross-origin isolated, and Firefox runs with \`privacy.reduceTimerPrecision\` turned off. Otherwise, browsers reduce the resolution of their clocks to as little as 1 ms, and a message takes less than that.

The time until the background script's listener runs is the difference between the clocks of two processes. To correct for the offset of these clocks, the benchmark takes the fastest of 50 one-off messages with their answers, and assumes that both directions take the same time. The correction is accurate to about 0.1 ms. The two examples differ by less than that, so there is no ratio for this time.

Unless a section says otherwise, Firefox runs the code with manifest version 2, and Chromium with version 3. In Chromium, MDN's code is a copy with manifest version 3. Memory is what \`ps\` reports for the process, including shared memory. In Firefox, the benchmark asks for garbage collection first.

[Plotly](https://plotly.com/javascript/) draws the plots in Chromium. The package has 1.2 MB, and nothing else uses it.
`;
}
