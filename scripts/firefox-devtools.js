// What about:debugging and the Browser Console see, for a program: the lines that an extension's
// scripts log, and its toolbar button. Firefox must have been started with `-start-debugger-server`.
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";

/**
 * One line in a console.
 *
 * @typedef {object} ConsoleLine
 * @property {string} script - the file it comes from, without folder and ending: `"content-script"`
 * @property {string} level - `"log"`, `"warn"`…, or `"uncaught"` for an error that nobody caught
 * @property {string} text - what was logged
 */

/**
 * Reports every line that an extension's scripts log, in all tabs and in the background, those that
 * were logged before the call included. Lines of one script arrive in order.
 *
 * @param {number} port - where Firefox's debugger server listens, on this machine
 * @param {string} extensionId - `browser_specific_settings.gecko.id` of an installed extension
 * @param {(line: ConsoleLine) => void} onLine - called once a line
 * @returns what else can be done with the extension
 * @throws when nothing listens at the port, or the extension is not installed
 * @see {@link https://firefox-source-docs.mozilla.org/devtools/backend/protocol.html}
 */
export async function watchExtension(port, extensionId, onLine) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");

  // A packet is JSON behind its length in bytes and a colon. One with a type is an event; one
  // without answers the request to the actor that it comes from. An actor is asked one at a time.
  const packets = new EventEmitter();
  let received = Buffer.alloc(0);
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const start = received.indexOf(":") + 1;
      const end = start + Number(received.toString("latin1", 0, start - 1));
      if (start === 0 || received.length < end) return;
      const packet = JSON.parse(received.toString("utf8", start, end));
      received = received.subarray(end);
      packets.emit(packet.type ?? packet.from, packet);
    }
  });
  // Makes whatever still waits for a packet fail. Nothing else does when Firefox ends.
  packets.on("error", () => {});
  socket.on("error", () => {});
  socket.on("close", () => packets.emit("error", new Error("Firefox has closed the connection.")));
  await once(packets, "root");

  async function request(to, type, parameters = {}) {
    const answered = once(packets, to);
    const json = JSON.stringify({ to, type, ...parameters });
    socket.write(`${Buffer.byteLength(json)}:${json}`);
    const [answer] = await answered;
    if (answer.error) throw new Error(answer.message ?? answer.error);
    return answer;
  }

  const { processDescriptor } = await request("root", "getProcess", { id: 0 });
  const { process: parent } = await request(processDescriptor.actor, "getTarget");

  // Runs code with the browser's own privileges, one call at a time.
  async function evaluate(code) {
    const evaluated = once(packets, "evaluationResult");
    await request(parent.consoleActor, "evaluateJSAsync", { text: code, mapped: { await: true } });
    const [{ exceptionMessage, topLevelAwaitRejected, result }] = await evaluated;
    if (exceptionMessage) throw new Error(exceptionMessage);
    if (topLevelAwaitRejected) throw new Error("It was rejected. Firefox does not say why.");
    return result;
  }

  const { addons } = await request("root", "listAddons");
  const addon = addons.find(({ id }) => id === extensionId);
  if (!addon) throw new Error(`${extensionId} is not installed in this Firefox.`);
  // A random one for each profile: moz-extension://…/
  const origin = new URL("/", addon.manifestURL).href;

  // A page that comes back from the back/forward cache brings its old lines again.
  const reported = new Set();
  packets.on("resources-available-array", ({ array }) => {
    for (const resource of array.flatMap(([, resources]) => resources)) {
      const { pageError: error, arguments: values = [error?.errorMessage] } = resource;
      const { innerWindowID, timeStamp, filename, sourceName = filename } = error ?? resource;
      const text = values.map(asText).join(" ");
      const key = [innerWindowID, timeStamp, text].join();
      if (!sourceName?.startsWith(origin) || reported.has(key)) continue;
      reported.add(key);
      const level = error ? (error.error ? "uncaught" : "warn") : resource.level;
      onLine({ script: sourceName.replace(/^.*\/|\.\w+$/g, ""), level, text });
    }
  });
  const { actor: watcher } = await request(processDescriptor.actor, "getWatcher", {
    isServerTargetSwitchingEnabled: true,
  });
  await request(watcher, "watchResources", { resourceTypes: ["console-message", "error-message"] });
  await request(watcher, "watchTargets", { targetType: "frame" });

  return {
    evaluate,

    /** Clicks the extension's toolbar button with the mouse, in the window used last. */
    async clickBrowserAction() {
      const button = `${extensionId.toLowerCase().replace(/[^a-z0-9_-]/g, "_")}-browser-action`;
      await evaluate(`(() => {
        const window = Services.wm.getMostRecentWindow("navigator:browser");
        const { x, y, width, height } = window.document.getElementById("${button}").getBoundingClientRect();
        if (!width) throw new Error("The extension's button is not in the toolbar.");
        for (const type of ["mousedown", "mouseup"]) {
          const at = [type, x + width / 2, y + height / 2];
          // Firefox 140 has the former, Firefox 153 the latter.
          if (window.windowUtils.sendMouseEvent) window.windowUtils.sendMouseEvent(...at, 0, 1, 0);
          else window.synthesizeMouseEvent(...at, { button: 0, clickCount: 1 });
        }
      })()`);
    },

    /**
     * Loads the extension's files again and starts it anew, as about:debugging's Reload does.
     *
     * @throws when Firefox refuses them, for example because of the manifest
     */
    async reload() {
      await request(addon.actor, "reload");
    },

    /** Turns the extension off and on, as the switch in about:addons does. */
    async restart() {
      await evaluate(`(async () => {
        const addon = await AddonManager.getAddonByID(${JSON.stringify(extensionId)});
        await addon.disable();
        await addon.enable();
      })()`);
    },
  };
}

/** Firefox sends strings and numbers as they are, and a description of anything else. */
function asText(value) {
  if (typeof value !== "object" || value === null) return String(value);
  return value.type === "longString" ? value.initial : (value.class ?? value.type);
}
