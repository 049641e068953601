// What about:debugging and the Browser Console can do, for programs: show the lines that the scripts of an
// extension log, click its toolbar button, and reload it.
import { inspect } from "node:util";
import { type ConsoleLine, scriptName } from "./driver.ts";
import {
  connectToFirefox,
  evaluator,
  type FirefoxConnection,
  type Packet,
} from "./firefox-connection.ts";

/**
 * Installs an unpacked extension until Firefox ends, as about:debugging does.
 *
 * @param port - the TCP port of Firefox's debugger server
 * @param addonPath - the folder that holds the manifest.json
 * @returns the extension's ID
 * @throws when Firefox refuses the extension
 */
export async function installExtension(port: number, addonPath: string): Promise<string> {
  const { request, disconnect } = await connectToFirefox(port);
  const { addonsActor } = await request("root", "getRoot");
  const { addon } = await request(addonsActor, "installTemporaryAddon", { addonPath });
  disconnect();
  return addon.id;
}

/**
 * Reports every line that an extension's scripts log, in all tabs and in the background, in the order of each
 * script. Lines that were logged before the call are reported too, as far as Firefox keeps them.
 *
 * @param port - the TCP port of Firefox's debugger server
 * @param extensionId - the ID of an installed extension
 * @param onLine - called once for each line; without it, nothing watches the extension
 * @returns what else can be done with the extension
 * @throws when nothing listens to the port, or the extension is not installed
 * @see {@link https://firefox-source-docs.mozilla.org/devtools/backend/protocol.html}
 */
export async function watchExtension(
  port: number,
  extensionId: string,
  onLine?: (line: ConsoleLine) => void,
) {
  const connection = await connectToFirefox(port);
  const { request, disconnect } = connection;
  const { processDescriptor } = await request("root", "getProcess", { id: 0 });
  const { process: mainProcess } = await request(processDescriptor.actor, "getTarget");
  const evaluate = evaluator(connection, mainProcess.consoleActor);
  const { addons } = await request("root", "listAddons");
  const addon = addons.find(({ id }: Packet) => id === extensionId);
  if (!addon) throw new Error(`${extensionId} is not installed in this Firefox.`);
  if (onLine) {
    // Each profile has an address of its own for the extension: moz-extension://…/
    const address = new URL("/", addon.manifestURL).href;
    reportLines(connection, address, onLine);
    const { actor: watcher } = await request(processDescriptor.actor, "getWatcher", {
      isServerTargetSwitchingEnabled: true,
    });
    const resourceTypes = ["console-message", "error-message"];
    await request(watcher, "watchResources", { resourceTypes });
    await request(watcher, "watchTargets", { targetType: "frame" });
  }

  return {
    evaluate,
    disconnect,

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
     * Reload, this shows a new icon.
     *
     * @throws when Firefox refuses the files, for example because of the manifest
     */
    async reload() {
      const refused = await evaluate(reload, extensionId);
      if (refused) throw new Error(refused.join("\n"));
    },

    /** Turns the extension off and on, as the switch in about:addons does. */
    restart: () =>
      evaluate(async (id) => {
        const extension = await AddonManager.getAddonByID(id);
        await extension.disable();
        await extension.enable();
      }, extensionId),
  };
}

/** Reports what the scripts below an address log. */
function reportLines(
  { packets, request }: FirefoxConnection,
  address: string,
  onLine: (line: ConsoleLine) => void,
) {
  /** A page that comes back from the back/forward cache brings its old lines again. */
  const reported = new Set<string>();
  /** To ask for the rest of a long line takes time, in which the next line waits. */
  let lastReport: Promise<unknown> = Promise.resolve();

  packets.on("resources-available-array", ({ array }: Packet) => {
    for (const resource of array.flatMap(([, resources]: Packet) => resources)) report(resource);
  });

  function report({ pageError: error, ...message }: Packet) {
    const { innerWindowID, timeStamp, filename, sourceName = filename } = error ?? message;
    if (!sourceName?.startsWith(address) || showsNothing.has(message.level)) return;
    const values = error ? [error.errorMessage] : message.arguments;
    const key = [innerWindowID, timeStamp, JSON.stringify(values)].join();
    if (reported.has(key)) return;
    reported.add(key);
    const { lineNumber, columnNumber } = error ?? message;
    const line = {
      script: scriptName(sourceName),
      level: message.level ?? (error.error ? "uncaught" : "warn"),
      position: `${sourceName}:${lineNumber}:${columnNumber}`,
    };
    lastReport = lastReport.then(async () => {
      const texts = await Promise.all(values.map(asText));
      onLine({ ...line, text: texts.join(" ") });
    });
  }

  /** Firefox sends only the beginning of a long string. */
  async function asText(value: Packet): Promise<string> {
    if (value?.type === "longString") {
      const { actor, length: end } = value;
      return (await request(actor, "substring", { start: 0, end })).substring;
    }
    const shown = preview(value);
    return typeof shown === "string" ? shown : inspect(shown, { breakLength: Infinity });
  }
}

/** Methods of `console` that log no text. */
const showsNothing = new Set(["groupEnd", "time", "clear"]);

/** Values that JSON cannot carry. */
const special = { null: null, undefined, NaN, Infinity };

/** Returns a value as far as Firefox shows it: of other objects than errors and arrays, some properties. */
function preview(value: Packet): unknown {
  if (typeof value !== "object") return value;
  const { type, class: className, preview: shown } = value;
  if (type in special) return special[type as keyof typeof special];
  if (shown?.kind === "Error") return `${shown.name}: ${shown.message}`;
  if (shown?.items) return shown.items.map(preview);
  if (shown?.kind !== "Object") return `[${className ?? type}]`;
  const properties = Object.entries<Packet>(shown.ownProperties);
  return Object.fromEntries(properties.map(([name, property]) => [name, preview(property.value)]));
}

/** Runs in Firefox. Returns the reasons why Firefox refuses the extension's files, if it does. */
async function reload(id: string): Promise<string[] | undefined> {
  Cc["@mozilla.org/image/tools;1"]
    .getService(Ci.imgITools)
    .getImgCacheForDocument(null)
    .clearCache(false);
  const extension = await AddonManager.getAddonByID(id);
  return extension.reload().then(
    () => undefined,
    (error) => [error.message, ...(error.additionalErrors ?? [])],
  );
}

/** Runs in Firefox: clicks the middle of a toolbar button, or else of the page in view. */
async function click(buttonId?: string) {
  const window = Services.wm.getMostRecentWindow("navigator:browser");
  const find = () =>
    buttonId ? window.document.getElementById(buttonId) : window.gBrowser.selectedBrowser;
  // The button of an extension that has just started appears a little later.
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
