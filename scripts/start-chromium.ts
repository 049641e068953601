// How the start commands run the extension in Chromium. Nothing here attaches to the service worker, since
// that would keep Chromium from stopping it. The lines of both scripts come from Chromium's log.
import { mkdirSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import puppeteer, {
  type CDPSession,
  Connection,
  type ConnectionTransport,
  type Protocol,
} from "puppeteer-core";
import {
  type LaunchedBrowser,
  type LaunchOptions,
  launchProcess,
  type StartedExtension,
} from "./browser-process.ts";
import { readLog } from "./browsers/chromium-log.ts";

/** More than a busy machine takes. */
const answersWithinMs = 60_000;

const preferences = {
  // Chromium loads unpacked extensions in developer mode only.
  extensions: { ui: { developer_mode: true } },
  devtools: {
    preferences: {
      "panel-selected-tab": '"console"',
      // DevTools read no source maps of scripts that they skip.
      "skip-content-scripts": "false",
    },
  },
};

/**
 * Starts Chromium, with DevTools for the page if there is a display.
 *
 * @param options - which Chromium, and how
 * @throws when the profile cannot be written
 * @see {@link https://chromedevtools.github.io/devtools-protocol/}
 */
export async function launch(options: LaunchOptions): Promise<LaunchedBrowser> {
  const { program, profile, headless } = options;
  const defaults = path.join(profile, "Default");
  mkdirSync(defaults, { recursive: true });
  writeFileSync(path.join(defaults, "Preferences"), JSON.stringify(preferences));
  const args = puppeteer.defaultArgs({
    headless,
    devtools: !headless,
    userDataDir: profile,
    enableExtensions: true,
    args: [
      "--enable-logging=stderr",
      "--remote-debugging-pipe",
      // Chromium does not start with a sandbox when root starts it.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
  // This option shows a bar that says that a test controls Chromium.
  const shown = args.filter((arg) => arg !== "--enable-automation");
  const chromium = launchProcess(program, shown, true);
  const { stderr, stdio } = chromium.nodeProcess;
  const transport = overPipes(stdio[3] as Socket, stdio[4] as Socket);
  const connection = new Connection("", transport, 0, answersWithinMs);

  return {
    process: chromium,
    async install(folder, onLine) {
      const load = () => connection.send("Extensions.loadUnpacked", { path: folder });
      const loaded = load();
      readLog(stderr as NodeJS.ReadableStream, async (line) => {
        const { id } = await loaded;
        // Lines without a position are warnings of Chromium's about a script.
        if (line.position?.startsWith(`chrome-extension://${id}/`) !== false) onLine(line);
      });
      const { id } = await loaded;
      return control(connection, id, load);
    },
  };
}

/** Messages of the protocol are JSON. A null character ends each of them. */
function overPipes(requests: Socket, answers: Socket): ConnectionTransport {
  const transport: ConnectionTransport = {
    send: (message) => requests.write(`${message}\0`),
    close() {},
  };
  let received = "";
  answers.setEncoding("utf8").on("data", (text: string) => {
    const messages = (received + text).split("\0");
    received = messages.pop() ?? "";
    for (const message of messages) transport.onmessage?.(message);
  });
  answers.on("close", () => transport.onclose?.());
  // The same as the end of the answers.
  requests.on("error", () => {});
  return transport;
}

/** Controls the tabs of a Chromium that has the extension. */
function control(
  connection: Connection,
  id: string,
  load: () => Promise<unknown>,
): StartedExtension {
  let demoPage = "";

  async function targets(type: "page" | "tab"): Promise<Protocol.Target.TargetInfo[]> {
    const filter = [{ type }];
    return (await connection.send("Target.getTargets", { filter })).targetInfos;
  }
  async function demoIn(type: "page" | "tab") {
    const demo = (await targets(type)).find(({ url }) => url.startsWith(demoPage));
    if (demo) return demo;
    throw new Error("The demo page is no longer open. Press Ctrl-C, and run the command again.");
  }

  return {
    async open(url) {
      demoPage = url;
      for (const page of await targets("page")) {
        const session = await connection.createSession(page);
        await session.send("Page.navigate", { url });
        await session.detach();
      }
    },
    // In pages that are open when the extension is loaded, Chromium runs no content script.
    async reload() {
      await load();
      for (const page of await targets("page")) {
        if (page.url.startsWith("http")) await reloadPage(await connection.createSession(page));
      }
    },
    async clickPage() {
      const session = await connection.createSession(await demoIn("page"));
      const at = { x: 200, y: 200, button: "left", clickCount: 1 } as const;
      await session.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
      await session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
      await session.detach();
    },
    async clickBrowserAction() {
      const { targetId } = await demoIn("tab");
      await connection.send("Extensions.triggerAction", { id, targetId });
    },
  };
}

/** Waits until the page has its new content script: to reload the extension again would disturb its start. */
async function reloadPage(session: CDPSession) {
  await session.send("Page.enable");
  const loaded = new Promise((resolve) => session.once("Page.loadEventFired", resolve));
  await session.send("Page.reload");
  await loaded;
  await session.detach();
}
