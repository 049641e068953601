// The lines that the scripts of an extension log in Firefox, as about:debugging and the Browser Console get them.
import { inspect } from "node:util";
import { type ConsoleLine, scriptName } from "./driver.ts";
import type { FirefoxConnection, Packet } from "./firefox-connection.ts";

/**
 * Reports every line that the scripts of an extension log, in all tabs and in the background, in the order of
 * each script. Lines that were logged before the call are reported too, as far as Firefox keeps them.
 *
 * @param connection - to Firefox
 * @param address - of the extension, in this profile: `"moz-extension://…/"`
 * @param onLine - called once for each line
 * @throws when Firefox has ended
 * @see {@link https://firefox-source-docs.mozilla.org/devtools/backend/protocol.html}
 */
export async function reportLines(
  { packets, request, processActor }: FirefoxConnection,
  address: string,
  onLine: (line: ConsoleLine) => void,
): Promise<void> {
  /** A page that comes back from the back/forward cache brings its old lines again. */
  const reported = new Set<string>();
  /** To ask for the rest of a long line takes time, in which the next line waits. */
  let lastReport: Promise<unknown> = Promise.resolve();

  packets.on("resources-available-array", ({ array }: Packet) => {
    for (const resource of array.flatMap(([, resources]: Packet) => resources)) report(resource);
  });
  const { actor: watcher } = await request(processActor, "getWatcher", {
    isServerTargetSwitchingEnabled: true,
  });
  const resourceTypes = ["console-message", "error-message"];
  await request(watcher, "watchResources", { resourceTypes });
  await request(watcher, "watchTargets", { targetType: "frame" });

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
  // In an array, null is a hole.
  if (typeof value !== "object" || value === null) return value;
  if (value.type === "longString") return `${value.initial}…`;
  const { type, class: className, preview: shown } = value;
  if (type in special) return special[type as keyof typeof special];
  if (shown?.kind === "Error") return `${shown.name}: ${preview(shown.message)}`;
  if (shown?.items) return shown.items.map(preview);
  if (shown?.kind !== "Object") return `[${className ?? type}]`;
  const properties = Object.entries<Packet>(shown.ownProperties);
  return Object.fromEntries(properties.map(([name, property]) => [name, preview(property.value)]));
}
