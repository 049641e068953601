// What is measured inside a browser. The pages measure, so neither Puppeteer nor a debugger takes part.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import { startChromium } from "../browsers/chromium.ts";
import type { InstalledExtension } from "../browsers/driver.ts";
import { type FirefoxExtension, startFirefox } from "../browsers/firefox.ts";
import { serve } from "../browsers/serve.ts";
import { type Target, targets } from "../project.ts";
import { type Example, makeExtension } from "./extensions.ts";
import { alternate, median, ratio, type Spread, spread } from "./statistics.ts";

/** A part of the benchmark. */
export interface Step {
  title: string;
  /** How long it takes, about, on two cores. */
  seconds: number;
  run(): Promise<void>;
}

interface Clicks {
  oneWay: number[];
  both: number[];
}

interface Counted {
  lost: number;
  outOfOrder: number;
  /** Messages a second. */
  rate: number;
}

/** What was measured in a browser. Times are in ms, sizes in bytes. */
export interface InBrowser {
  version: string;
  /** The smallest steps of the clocks. */
  clocks: { page: number; background: number };
  clicks: { ours: Clicks; documented: Clicks; both: Spread };
  /** Of many clicks at once: those of this example, and the ratio of the times that they take. */
  manyClicks: { perSecond: number; ratio: Spread };
  bursts: Record<"up" | "down", Counted & { sent: number }>;
  ways: Record<"kept" | "oneOff" | "reconnect", number>;
  wayRatios: Record<"oneOff" | "reconnect", Spread>;
  sizes: { size: number; time: Spread }[];
  /** How much longer a visit or the load of a page takes. */
  loads: Record<"visit" | "load", { none: number; documented: Spread; ours: Spread }>;
  wakes: { stopped: Spread; running: Spread; ratio: Spread };
  ports: { open: number; time: Spread; memory: number }[];
  navigations: { count: number; memory: number }[];
}

const pagePrefixes = [
  "alone",
  "documented",
  "ours",
  "waking",
  "with-documented",
  "with-ours",
  "none",
];

/**
 * Lists what is measured in a browser.
 *
 * @param target - which
 * @param temporaryFolder - where the extensions go
 * @param results - where the results go
 * @param few - how much less to measure: 1 is all, 0.1 a tenth
 */
export function browserSteps(
  target: Target,
  temporaryFolder: string,
  results: InBrowser,
  few: number,
): Step[] {
  let running: Awaited<ReturnType<typeof start>>;
  let extension: InstalledExtension;
  /** An even number. */
  const blocksOfClicks = few < 1 ? 6 : 40;
  const scaled = (count: number, atLeast = 1) => Math.max(atLeast, Math.round(count * few));

  async function start() {
    const start = { firefox: startFirefox, chromium: startChromium }[target.browser];
    const browser = await start({
      prefs: {
        // Else Firefox rounds each clock to 1 ms, and more.
        "privacy.reduceTimerPrecision": false,
        "privacy.reduceTimerPrecision.unconditional": false,
        // Printing the lines would take longer than posting the messages.
        "devtools.console.stdout.content": false,
      },
    });
    const page = {
      body: readFileSync(path.join(import.meta.dirname, "page.html")),
      // The clocks of such pages have the highest resolution.
      headers: {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      },
    };
    const { url, close } = await serve(
      Object.fromEntries(pagePrefixes.map((prefix) => [`/${prefix}`, page])),
    );
    results.version = browser.version;
    return {
      browser,
      url,
      install: (example: Example, pages: string, measures?: boolean, as: Target = target) =>
        browser.install(makeExtension(temporaryFolder, example, as, pages, measures)),
      async stop() {
        await browser.close();
        close();
      },
    };
  }

  /** Opens a page in which an extension measures. */
  async function open(pages: string) {
    const page = await running.browser.newPage();
    await page.goto(`${running.url}/${pages}`);
    await page.waitForSelector("[data-ready]");
    return page;
  }

  /** Lets two pages, one for each example, measure the same in turn, each in front. */
  async function compare<Block>(
    count: number,
    n: number,
    measureIn: (page: Page, n: number) => Promise<Block>,
  ) {
    const pages = { documented: await open("documented"), ours: await open("ours") };
    async function inFront(page: Page) {
      await page.bringToFront();
      // A page that has just come to the front is slower.
      await measureIn(page, Math.ceil(n / 5));
      return measureIn(page, n);
    }
    const blocks = await alternate(count, {
      documented: () => inFront(pages.documented),
      ours: () => inFront(pages.ours),
    });
    for (const page of Object.values(pages)) await page.close();
    return blocks;
  }

  async function clicks() {
    const n = scaled(125, 25);
    const blocks = await compare(blocksOfClicks, n, (page, n) =>
      measure<Clicks>(page, "click", { n }),
    );
    const times = (example: keyof typeof blocks, which: keyof Clicks) =>
      blocks[example].map((block) => block[which]);
    const both = (example: keyof typeof blocks) => ({
      oneWay: times(example, "oneWay").flat(),
      both: times(example, "both").flat(),
    });
    results.clicks = {
      ours: both("ours"),
      documented: both("documented"),
      both: ratio(times("ours", "both"), times("documented", "both")),
    };
  }

  async function manyClicks() {
    const n = scaled(500);
    const blocks = await compare(blocksOfClicks, n, async (page, n) => [
      await measure<number>(page, "clicks", { n }),
    ]);
    results.manyClicks = {
      perSecond: median(blocks.ours.flat()),
      ratio: ratio(blocks.documented, blocks.ours),
    };
  }

  async function bursts() {
    const page = await open("alone");
    const n = scaled(20_000);
    for (const way of ["up", "down"] as const) {
      await measure(page, way, { n: n / 10 });
      results.bursts[way] = { sent: n, ...(await measure<Counted>(page, way, { n })) };
    }
    await page.close();
  }

  async function ways() {
    const page = await open("alone");
    const n = scaled(100, 10);
    const blocks = await alternate(20, {
      kept: () => measure<number[]>(page, "kept", { n }),
      oneOff: () => measure<number[]>(page, "oneOff", { n }),
      reconnect: () => measure<number[]>(page, "reconnect", { n }),
    });
    const middle = (way: keyof typeof blocks) => median(blocks[way].flat());
    results.ways = {
      kept: middle("kept"),
      oneOff: middle("oneOff"),
      reconnect: middle("reconnect"),
    };
    results.wayRatios = {
      oneOff: ratio(blocks.oneOff, blocks.kept),
      reconnect: ratio(blocks.reconnect, blocks.kept),
    };
    await page.close();
  }

  async function sizes() {
    const page = await open("alone");
    const counts = { 10: 50, 1000: 50, 10000: 30, 100000: 10, 1000000: 5 };
    const ways = Object.entries(counts).map(([size, n]) => [
      size,
      () => measure<number[]>(page, "kept", { n, size: Number(size) }),
    ]);
    const blocks: Record<string, number[][]> = await alternate(
      scaled(10, 2),
      Object.fromEntries(ways),
    );
    results.sizes = Object.entries(blocks).map(([size, times]) => ({
      size: Number(size),
      time: spread(times.flat()),
    }));
    await page.close();
  }

  async function loads() {
    const page = await running.browser.newPage();
    const visits = (prefix: string) => () => walk(page, `${running.url}/${prefix}`, scaled(10, 4));
    const blocks = await alternate(scaled(14, 2), {
      none: visits("none"),
      documented: visits("with-documented"),
      ours: visits("with-ours"),
    });
    for (const which of ["visit", "load"] as const) {
      const middle = (way: keyof typeof blocks) => blocks[way].map((block) => median(block[which]));
      const none = middle("none");
      const added = (way: keyof typeof blocks) =>
        spread(middle(way).map((time, i) => time - (none[i] ?? Number.NaN)));
      results.loads[which] = {
        none: median(none),
        documented: added("documented"),
        ours: added("ours"),
      };
    }
    await page.close();
  }

  async function wakes() {
    const page = await open("waking");
    const click = async () => (await measure<Clicks>(page, "click", { n: 1 })).oneWay;
    const blocks = await alternate(scaled(20, 4), {
      stopped: async () => {
        await measure(page, "watch");
        await extension.endBackground();
        await measure(page, "ended");
        return click();
      },
      running: click,
    });
    results.wakes = {
      stopped: spread(blocks.stopped.flat()),
      running: spread(blocks.running.flat()),
      ratio: ratio(blocks.stopped, blocks.running),
    };
    await page.close();
  }

  async function ports() {
    const page = await open("ours");
    for (const open of [1, 10, 100, 500]) {
      await measure(page, "ports", { open, n: 50 });
      const time = spread(await measure<number[]>(page, "ports", { open, n: scaled(500, 50) }));
      results.ports.push({ open, time, memory: await memoryOf(page, extension) });
    }
    await page.close();
  }

  /** With a browser and an extension that have not measured anything before. */
  async function navigations() {
    running = await start();
    extension = await running.install("ours", "ours", false);
    const page = await running.browser.newPage();
    // In short walks, because a page keeps the times of all visits of a walk.
    const hundredPages = () => walk(page, `${running.url}/ours`, 99);
    await hundredPages();
    let visited = 0;
    for (const count of [0, 500, 1_000]) {
      for (; visited < count; visited += 100) await hundredPages();
      results.navigations.push({ count, memory: await memoryOf(page, extension) });
    }
    await running.stop();
  }

  type Part = [title: string, seconds: number, run: () => Promise<void>];
  const all: Part[] = [
    [
      "the browser starts",
      8,
      async () => {
        running = await start();
        for (const example of ["alone", "documented", "ours"] as const) {
          await running.install(example, example);
        }
        const page = await open("alone");
        results.clocks = await measure(page, "clocks");
        await page.close();
      },
    ],
    ["from a click to the background script, and back", 15 * few, clicks],
    ["many clicks at once", 15 * few, manyClicks],
    ["bursts in both directions", 4 * few, bursts],
    ["one-off messages, a port for each message, a port that stays open", 10 * few, ways],
    ["the size of a message", 4 * few, sizes],
    [
      "page loads without and with the extension",
      15 * few,
      async () => {
        await running.install("documented", "with-documented", false);
        await running.install("ours", "with-ours", false);
        await loads();
      },
    ],
    [
      "a click that starts the background script",
      10 * few,
      async () => {
        const as = target.browser === "firefox" ? targets.mv3 : target;
        extension = await running.install("ours", "waking", true, as);
        await wakes();
        await running.stop();
      },
    ],
    [
      "many open ports",
      8,
      async () => {
        running = await start();
        extension = await running.install("ours", "ours");
        await ports();
        await running.stop();
      },
    ],
    // So few would tell nothing.
    ...(few < 1 ? [] : [["memory after many pages", 60, navigations] satisfies Part]),
  ];
  return all.map(([title, seconds, run]) => ({ title: `${target.name}: ${title}`, seconds, run }));
}

/** Makes a page's content script measure something. */
function measure<Result>(page: Page, name: string, options = {}): Promise<Result> {
  return page.evaluate(
    (detail) =>
      new Promise<Result>((resolve) => {
        const measured = (event: Event) => resolve(JSON.parse((event as CustomEvent).detail));
        document.addEventListener("measured", measured, { once: true });
        document.dispatchEvent(new CustomEvent("measure", { detail }));
      }),
    JSON.stringify({ name, ...options }),
  );
}

/** Makes a page lead to others, and tells how long each visit and each load took. The first visit is left out. */
async function walk(page: Page, url: string, visits: number) {
  const visited = new Promise<[start: number, load: number][]>((resolve) => {
    page.on("console", function look(message) {
      const [, json] = message.text().match(/^visited (.*)/) ?? [];
      if (!json) return;
      page.off("console", look);
      resolve(JSON.parse(json));
    });
  });
  // page.goto() waits for the load event of a page that is left at once.
  await page.evaluate((to) => location.assign(to), `${url}?left=${visits + 1}`).catch(() => {});
  const [, ...rest] = await visited;
  return {
    visit: rest.slice(1).map(([start], i) => start - (rest[i]?.[0] ?? Number.NaN)),
    load: rest.slice(1).map(([, load]) => load),
  };
}

/**
 * The memory of the process that runs the extension's background script, in bytes: the least within half a
 * second, after Firefox has been asked to collect garbage.
 */
async function memoryOf(page: Page, extension: InstalledExtension) {
  let pid: number | undefined;
  if ("evaluate" in extension) {
    pid = await (extension as FirefoxExtension).evaluate((id) => {
      const { obs } = Services as unknown as {
        obs: { notifyObservers(subject: null, topic: string): void };
      };
      // What "Minimize memory usage" in about:memory does. No event says when it is done.
      obs.notifyObservers(null, "child-mmu-request");
      const [background] = WebExtensionPolicy.getByID(id).extension.views;
      return background?.xulBrowser.browsingContext.currentWindowGlobal.domProcess.osPid;
    }, "ours@benchmark.example");
  } else {
    const main = page.browser().process()?.pid;
    const all = processes();
    const isOurs = (one: Process): boolean =>
      one.pid === main || all.some((other) => other.pid === one.parent && isOurs(other));
    pid = all.find((one) => one.args.includes("--extension-process") && isOurs(one))?.pid;
  }
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    await setTimeout(100);
    least = Math.min(least, processes().find((one) => one.pid === pid)?.bytes ?? Number.NaN);
  }
  return least;
}

type Process = ReturnType<typeof processes>[number];

/** All processes of this machine, as `ps` lists them. Windows has none. */
function processes() {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.match(/^ *(\d+) +(\d+) +(\d+) (.*)/) ?? [])
    .map(([, pid, parent, kilobytes, args = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      bytes: Number(kilobytes) * 1_024,
      args,
    }));
}
