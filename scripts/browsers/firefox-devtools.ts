// What about:debugging and the Browser Console see, for a program: the lines that an extension's
// scripts log, and its toolbar button. Firefox must have been started with `-start-debugger-server`.
import { EventEmitter, on, once } from "node:events";
import { connect } from "node:net";
import { type ConsoleLine, scriptName } from "./driver.ts";
import { describe, type Packet, showsNothing } from "./firefox-values.ts";

/**
 * Reports every line that an extension's scripts log, in all tabs and in the background, in the order of each
 * script. Lines that were logged before the call are reported too, as far as Firefox keeps them.
 *
 * @param port - where Firefox's debugger server listens, on this machine
 * @param extensionId - `browser_specific_settings.gecko.id` of an installed extension
 * @param onLine - called once a line; without it, nothing watches the extension
 * @returns what else can be done with the extension
 * @throws when nothing listens at the port, or the extension is not installed
 * @see {@link https://firefox-source-docs.mozilla.org/devtools/backend/protocol.html}
 */
export async function watchExtension(
  port: number,
  extensionId: string,
  onLine?: (line: ConsoleLine) => void,
) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");

  // A packet is JSON behind its length in bytes and a colon. One with a type is an event; one
  // without answers the request to the actor that it comes from.
  const packets = new EventEmitter();
  let received = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const start = received.indexOf(":") + 1;
      const end = start + Number(received.toString("latin1", 0, start - 1));
      if (start === 0 || received.length < end) return;
      const packet: Packet = JSON.parse(received.toString("utf8", start, end));
      received = received.subarray(end);
      packets.emit(packet.type ?? packet.from, packet);
    }
  });
  // When Firefox ends, all that still waits for a packet fails.
  packets.on("error", () => {});
  socket.on("error", () => {});
  socket.on("close", () =>
    packets.emit(
      "error",
      new Error("Firefox closed the connection: it has ended. Run the command again."),
    ),
  );
  await once(packets, "root");

  // An answer does not say which request it answers, so one request waits for another.
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answered = turn.then(ask);
    turn = answered.catch(() => {});
    return answered;
  }

  const request = (to: string, type: string, parameters = {}): Promise<Packet> =>
    inTurn(async () => {
      const answered = once(packets, to);
      const json = JSON.stringify({ to, type, ...parameters });
      socket.write(`${Buffer.byteLength(json)}:${json}`);
      const [answer] = await answered;
      if (answer.error) throw new Error(answer.message ?? answer.error);
      return answer;
    });

  const { processDescriptor } = await request("root", "getProcess", { id: 0 });
  const { process: parent } = await request(processDescriptor.actor, "getTarget");

  /**
   * Runs a function in Firefox, with the browser's own privileges.
   *
   * @param f - what to run; it cannot use variables from outside
   * @param parameters - what to call it with; JSON carries them, and what it returns
   * @returns what the function returns
   * @throws what the function throws
   */
  async function evaluate<P extends unknown[], R>(
    f: (...parameters: P) => R,
    ...parameters: P
  ): Promise<Awaited<R>> {
    const text = `(async () => (${f})(...${JSON.stringify(parameters)}))().then(
      (value) => JSON.stringify({ value }),
      (error) => JSON.stringify({ error: String(error) }),
    )`;
    // Listened to before the request, since the result may come together with the answer.
    const results = on(packets, "evaluationResult");
    const { resultID } = await request(parent.consoleActor, "evaluateJSAsync", {
      text,
      mapped: { await: true },
    });
    for await (const [result] of results) {
      if (result.resultID !== resultID) continue;
      const { error, value } = JSON.parse(result.result);
      if (error) throw new Error(error);
      return value;
    }
    throw new Error("Firefox sends no result.");
  }

  const { addons } = await request("root", "listAddons");
  const addon = addons.find(({ id }: Packet) => id === extensionId);
  if (!addon) throw new Error(`${extensionId} is not installed in this Firefox.`);
  // A random one for each profile: moz-extension://…/
  const origin = new URL("/", addon.manifestURL).href;

  // A page that comes back from the back/forward cache brings its old lines again.
  const reported = new Set<string>();
  /** One line after another, since the rest of a long one has to be asked for. */
  let told: Promise<unknown> = Promise.resolve();
  packets.on("resources-available-array", ({ array }: Packet) => {
    for (const resource of array.flatMap(([, resources]: Packet) => resources)) {
      const { pageError: error, level } = resource;
      const { innerWindowID, timeStamp, filename, sourceName = filename } = error ?? resource;
      const { lineNumber, columnNumber } = error ?? resource;
      if (!sourceName?.startsWith(origin) || showsNothing.has(level)) continue;
      const text = error?.errorMessage ?? describe(resource);
      const key = [innerWindowID, timeStamp, text].join();
      if (reported.has(key)) continue;
      reported.add(key);
      const line = {
        script: scriptName(sourceName),
        level: level ?? (error.error ? "uncaught" : "warn"),
        position: `${sourceName}:${lineNumber}:${columnNumber}`,
      };
      told = told.then(async () => onLine?.({ ...line, text: await wholeText(resource, text) }));
    }
  });
  /** Firefox sends the first ten thousand characters of a string. */
  async function wholeText(message: Packet, text: string) {
    const values = [...(message.arguments ?? [message.pageError.errorMessage])];
    if (!values.some((value) => value?.type === "longString")) return text;
    for (const [i, { type, actor, length: end } = {}] of values.entries()) {
      if (type === "longString") {
        values[i] = (await request(actor, "substring", { start: 0, end })).substring;
      }
    }
    return describe({ ...message, arguments: values });
  }
  if (onLine) {
    const { actor: watcher } = await request(processDescriptor.actor, "getWatcher", {
      isServerTargetSwitchingEnabled: true,
    });
    const resourceTypes = ["console-message", "error-message"];
    await request(watcher, "watchResources", { resourceTypes });
    await request(watcher, "watchTargets", { targetType: "frame" });
  }

  return {
    evaluate,

    /** Ends the connection to Firefox. */
    disconnect: () => socket.destroy(),

    /** Clicks the middle of the current tab's page with the mouse, in the window used last. */
    clickPage: () => evaluate(click),

    /**
     * Clicks the extension's toolbar button with the mouse, in the window used last.
     *
     * @throws when the button is not in the toolbar
     */
    clickBrowserAction: () =>
      evaluate(click, `${extensionId.toLowerCase().replace(/[^a-z0-9_-]/g, "_")}-browser-action`),

    /**
     * Loads the extension's files again and restarts the extension, as about:debugging's Reload does. Unlike
     * that, it shows a new icon.
     *
     * @throws when Firefox refuses them, for example because of the manifest
     */
    async reload() {
      const refused = await evaluate(async (id) => {
        Cc["@mozilla.org/image/tools;1"]
          .getService(Ci.imgITools)
          .getImgCacheForDocument(null)
          .clearCache(false);
        const addon = await AddonManager.getAddonByID(id);
        const reasons: string[] | undefined = await addon.reload().then(
          () => undefined,
          (error) => [error.message, ...(error.additionalErrors ?? [])],
        );
        return reasons;
      }, extensionId);
      if (refused) throw new Error(refused.join("\n"));
    },

    /** Turns the extension off and on, as the switch in about:addons does. */
    restart: () =>
      evaluate(async (id) => {
        const switched = await AddonManager.getAddonByID(id);
        await switched.disable();
        await switched.enable();
      }, extensionId),
  };
}

/** Runs in Firefox: clicks the middle of a toolbar button, or else of the page in view. */
async function click(buttonId?: string) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  const find = () =>
    buttonId ? window.document.getElementById(buttonId) : window.gBrowser.selectedBrowser;
  // An extension that has just started gets its button a little later.
  let clicked = find();
  for (let frames = 0; !clicked && frames < 300; frames++) {
    await new Promise((resolve) => window.requestAnimationFrame(resolve));
    clicked = find();
  }
  const { x = 0, y = 0, width = 0, height = 0 } = clicked?.getBoundingClientRect() ?? {};
  if (!width) {
    throw new Error(
      'The extension has no button in the toolbar. Its manifest needs "default_area": "navbar".',
    );
  }
  for (const type of ["mousedown", "mouseup"]) {
    const at = [type, x + width / 2, y + height / 2] as const;
    // Firefox 140 has the former, Firefox 153 the latter.
    if (window.windowUtils.sendMouseEvent) window.windowUtils.sendMouseEvent(...at, 0, 1, 0);
    else window.synthesizeMouseEvent(...at, { button: 0, clickCount: 1 });
  }
}
