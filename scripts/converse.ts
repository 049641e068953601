// The conversation that the start commands show. Replace this file if your scripts do something else.
import type { Page } from "puppeteer-core";
import type { InstalledExtension } from "./browsers/driver.ts";

/** What the terminal asks for, where there is a display. */
export const whereToClick = {
  firefox: "Click the page, and then the blue speech bubble in the toolbar.",
  chromium:
    "Click the page, and then the blue speech bubble behind the puzzle icon in the toolbar.",
};

interface Step {
  /** How many lines the scripts log before. */
  lines: number;
  says: string;
  click(page: Page, extension: InstalledExtension): Promise<void>;
}

/** What is clicked where there is no display. */
const steps: Step[] = [
  {
    lines: 4,
    says: "Clicking the page …",
    click: (page) => page.mouse.click(200, 200),
  },
  {
    lines: 2,
    says: "Clicking the toolbar button …",
    click: (_page, extension) => extension.clickBrowserAction(),
  },
];

/** Scripts that were changed may log more lines, at most so far apart. */
const pauseMs = 250;
/** They may also log fewer lines. */
const patienceMs = 10_000;

/**
 * Clicks the page and then the toolbar button, each when the lines of the step before are there.
 *
 * @param page - the demo page, which is in view
 * @param extension - the extension that is about to greet
 * @returns `onLine`, to be called for each line that the scripts log, and `end`, after which nothing is clicked
 */
export function converse(page: Page, extension: InstalledExtension) {
  const rest = [...steps];
  let lines = 0;
  let timer: NodeJS.Timeout;
  let ended = false;
  clickWhenQuiet();

  function clickWhenQuiet() {
    const [step] = rest;
    clearTimeout(timer);
    if (!step || ended) return;
    timer = setTimeout(() => click(step), lines < step.lines ? patienceMs : pauseMs);
  }
  async function click(step: Step) {
    rest.shift();
    lines = 0;
    console.log(step.says);
    await step.click(page, extension).catch((error) => {
      if (!ended) console.error(`The click failed: ${error.message}`);
    });
    clickWhenQuiet();
  }
  return {
    onLine() {
      lines++;
      clickWhenQuiet();
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
