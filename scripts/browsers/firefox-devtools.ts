// What about:debugging and the Browser Console see, for a program: the lines that an extension's
// scripts log, and its toolbar button. Firefox must have been started with `-start-debugger-server`.
import { EventEmitter, on, once } from "node:events";
import { connect } from "node:net";
import { type ConsoleLine, scriptName } from "./driver.ts";

// biome-ignore lint/suspicious/noExplicitAny: Firefox's protocol has no types.
type Packet = any;

/**
 * Reports every line that an extension's scripts log, in all tabs and in the background, those that
 * were logged before the call included. Lines of one script arrive in order.
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
  // Makes whatever still waits for a packet fail. Nothing else does when Firefox ends.
  packets.on("error", () => {});
  socket.on("error", () => {});
  socket.on("close", () => packets.emit("error", new Error("Firefox has closed the connection.")));
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
   * @param f - what to run; of what is around it, Firefox has nothing
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
  packets.on("resources-available-array", ({ array }: Packet) => {
    for (const resource of array.flatMap(([, resources]: Packet) => resources)) {
      const { pageError: error, arguments: values = [error?.errorMessage] } = resource;
      const { innerWindowID, timeStamp, filename, sourceName = filename } = error ?? resource;
      const text = values.map(asText).join(" ");
      const key = [innerWindowID, timeStamp, text].join();
      if (!sourceName?.startsWith(origin) || reported.has(key)) continue;
      reported.add(key);
      const level = error ? (error.error ? "uncaught" : "warn") : resource.level;
      onLine?.({ script: scriptName(sourceName), level, text });
    }
  });
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

    /**
     * Clicks the extension's toolbar button with the mouse, in the window used last.
     *
     * @throws when the button is not in the toolbar
     */
    clickBrowserAction: () =>
      evaluate(
        clickInToolbar,
        `${extensionId.toLowerCase().replace(/[^a-z0-9_-]/g, "_")}-browser-action`,
      ),

    /**
     * Loads the extension's files again and starts it anew, as about:debugging's Reload does.
     *
     * @throws when Firefox refuses them, for example because of the manifest
     */
    async reload() {
      await request(addon.actor, "reload");
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

/** Runs in Firefox. */
async function clickInToolbar(id: string) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  // An extension that has just started gets its button a little later.
  let button = window.document.getElementById(id);
  for (let frames = 0; !button && frames < 300; frames++) {
    await new Promise((resolve) => window.requestAnimationFrame(resolve));
    button = window.document.getElementById(id);
  }
  const { x = 0, y = 0, width = 0, height = 0 } = button?.getBoundingClientRect() ?? {};
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

/** Firefox sends strings and numbers as they are, and a description of anything else. */
function asText(value: Packet): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (value.preview?.kind === "Error") return `${value.preview.name}: ${value.preview.message}`;
  return value.type === "longString" ? value.initial : (value.class ?? value.type);
}
