// What npm start and npm run start:chromium show where there is a display, with a mouse that clicks.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { startFirefox } from "../scripts/browsers/firefox.ts";
import { serve } from "../scripts/browsers/serve.ts";
import { whereToClick } from "../scripts/converse.ts";
import { root } from "../scripts/project.ts";
import { start } from "./command.ts";
import { ConsoleLines } from "./console-lines.ts";
import { buttonClicked, opened, pageClicked } from "./conversation.ts";
import { linesInBrowserConsole } from "./firefox-privileged.js";
import { current } from "./in-browsers.ts";
import { html } from "./pages.ts";
import { copyExtension } from "./project-copy.ts";

const programs = ["Xvfb", "xdotool", "import"];
const missing = programs.filter((name) => spawnSync(name, ["-version"]).error);
const skip = missing.length > 0 && `${missing.join(", ")} not installed`;

const width = 1_280;
const texts = (lines: Record<string, string[]>) => Object.values(lines).flat();
/** The first color in the icon. */
const [colorOfIcon = ""] =
  readFileSync(path.join(root, "icons/icon.svg"), "utf8").match(/(?<=#)\w{6}/) ?? [];
/** In the console of Chromium's DevTools. */
const colorOfLinks = "0b57d0";

describe("with a display", { skip }, () => {
  let display: ChildProcess;
  let DISPLAY = "";
  before(async () => {
    display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", `${width}x900x24`], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const [number] = await once(display.stdio[3] as NodeJS.ReadableStream, "data");
    DISPLAY = `:${String(number).trim()}`;
  });
  after(() => display.kill());

  const inDisplay = (program: string, ...args: string[]) =>
    spawnSync(program, args, { env: { ...process.env, DISPLAY }, maxBuffer: 1e8 }).stdout;

  const click = (x: number, y: number) =>
    inDisplay("xdotool", "mousemove", String(x), String(y), "click", "1");

  /** Waits until a window is there, and finds its place. */
  async function windowNamed(name: string) {
    const search = ["search", "--sync", "--onlyvisible", "--name", name];
    const shown = String(inDisplay("xdotool", ...search, "getwindowgeometry", "--shell"));
    const [x = 0, y = 0, width = 0] = ["X", "Y", "WIDTH"].map((key) =>
      Number(shown.match(new RegExp(`^${key}=(.*)`, "m"))?.[1]),
    );
    return { x, y, right: x + width };
  }

  /** Waits until a color is on the screen and no longer moves, and finds its first pixel. */
  async function find(color: string) {
    const pixel = Buffer.from(color, "hex");
    let last = -1;
    for (let tries = 0; tries < 100; tries++) {
      const pixels = inDisplay("import", "-window", "root", "-depth", "8", "rgb:-");
      let at = pixels.indexOf(pixel);
      while (at % 3 > 0) at = pixels.indexOf(pixel, at + 1);
      if (at >= 0 && at === last) return [(at / 3) % width, Math.floor(at / 3 / width)] as const;
      last = at;
      await wait(200);
    }
    return assert.fail(`The color ${color} is not on the screen.`);
  }

  const targetNamed = (name: string) => current.find(({ key }) => key === name);
  const firefox = targetNamed("firefox");
  if (firefox) {
    test("npm start shows the page and the Browser Console side by side", async () => {
      const command = start(root, "firefox", { DISPLAY });
      await command.prints(whereToClick.firefox, ...texts(opened));
      const page = await windowNamed("Mozilla Firefox");
      const console = await windowNamed("Browser Console");
      assert.deepEqual([page.x, page.right, console.right], [0, console.x, width]);
      click(200, 600);
      await command.prints(...texts(pageClicked));
      click(...(await find(colorOfIcon)));
      await command.prints(...texts(buttonClicked));
      await command.endsWithoutTrace();
    });

    test("the Browser Console shows the lines of a reloaded extension, and of the next page", async (t) => {
      process.env.DISPLAY = DISPLAY;
      const server = await serve({ "/": html("One"), "/two": html("Two") });
      t.after(() => server.close());
      const prefs = { "devtools.browsertoolbox.scope": "everything" };
      const browser = await startFirefox({ headless: false, prefs });
      t.after(() => browser.close());
      const extension = await browser.install(copyExtension(firefox.folder));
      const lines = new ConsoleLines();
      await extension.watch(lines.add);
      const page = await browser.newPage();
      const steps = [
        () => page.goto(server.url),
        () => extension.reload(),
        () => page.goto(`${server.url}/two`),
      ];
      for (const step of steps) {
        await step();
        await lines.logged(opened);
      }
      const expected = steps.flatMap(() => texts(opened));
      const shown = await extension.evaluate(linesInBrowserConsole, expected.length);
      assert.deepEqual(shown.sort(), expected.sort());
    });
  }

  const chromium = targetNamed("chromium");
  if (chromium) {
    test("npm run start:chromium shows the page", { skip: chromium.skip }, async () => {
      const command = start(root, "chromium", { DISPLAY });
      await command.prints(whereToClick.chromium, ...texts(opened));
      const { x, y, right } = await windowNamed("Chromium");
      click(x + 100, y + 600);
      await command.prints(...texts(pageClicked));
      // The list of extensions closes when DevTools open.
      await find(colorOfLinks);
      click(right - 116, y + 63);
      click(...(await find(colorOfIcon)));
      await command.prints(...texts(buttonClicked));
      await command.endsWithoutTrace();
    });
  }
});
