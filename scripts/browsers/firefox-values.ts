// What Firefox's protocol tells of logged values, as its own console would show it in a line.
import { Console } from "node:console";
import { PassThrough } from "node:stream";

/** What Firefox sends, or a part of it. */
// biome-ignore lint/suspicious/noExplicitAny: Firefox's protocol has no types.
export type Packet = any;

/** What groups and timers begin and end with shows nothing by itself. */
export const showsNothing = new Set(["groupEnd", "time", "clear"]);

/**
 * Describes what one call of a method of `console` logged.
 *
 * @param message - a `console-message` of the protocol, its long strings fetched
 * @returns the text; objects that are in objects are named, not shown
 * @see {@link https://searchfox.org/mozilla-central/source/devtools/server/actors/object/previewers.js}
 */
export function describe({ level, arguments: values, counter, timer }: Packet): string {
  if (level === "count") return `${counter.label}: ${counter.count}`;
  if (timer) return `${timer.name}: ${timer.duration} ms`;
  if (level === "table" && values[0]?.ownProperties) return table(values[0]);
  const text = values.map((value: Packet) => asText(value)).join(" ");
  return level === "assert" ? `Assertion failed: ${text}` : text;
}

/** Strings, booleans and most numbers come as they are, anything else with a preview. */
function asText(value: Packet, inside = false): string {
  if (typeof value === "string") return inside ? JSON.stringify(value) : value;
  if (typeof value !== "object") return String(value);
  const { type, class: name, preview, displayString } = value;
  if (type === "longString") return asText(`${value.initial}…`, inside);
  if (type === "BigInt") return `${value.text}n`;
  if (type === "symbol") return `Symbol(${value.name ?? ""})`;
  // undefined, null, NaN, -0 and the like
  if (type !== "object") return type;
  const show = (item: Packet) => asText(item, true);

  if (name === "Function") return `function ${value.displayName ?? value.name ?? ""}()`;
  if (name === "Date") return new Date(preview.timestamp).toISOString();
  switch (preview?.kind) {
    case "Error":
      return `${preview.name}: ${preview.message}`;
    case "ArrayLike":
      return `${name === "Array" ? "" : `${name} `}[${shorten(preview.items?.map(show), preview.length)}]`;
    case "MapLike": {
      const entries = preview.entries?.map((entry: Packet) => entry.map(show).join(" → "));
      return `${name} {${shorten(entries, preview.size)}}`;
    }
    case "Object": {
      const properties = Object.entries<Packet>(preview.ownProperties ?? {}).map(
        ([key, property]) => `${key}: ${"value" in property ? show(property.value) : "(getter)"}`,
      );
      return `${name === "Object" ? "" : `${name} `}{${shorten(properties, preview.ownPropertiesLength)}}`;
    }
    case "DOMNode":
      return `<${preview.nodeName}>`;
  }
  return displayString ?? `${name} {…}`;
}

function shorten(shown: string[] = [], length: number) {
  const more = length > shown.length ? ["…"] : [];
  return [...shown, ...more].join(", ");
}

/** Rows and columns, as Node.js draws them. */
function table(value: Packet): string {
  const cells = ({ ownProperties }: Packet, cell: (value: Packet) => unknown) =>
    Object.fromEntries(
      Object.entries<Packet>(ownProperties)
        .filter(([, { enumerable }]) => enumerable)
        .map(([key, property]) => [key, cell(property.value)]),
    );
  const plain = (cell: Packet) => (typeof cell === "object" ? asText(cell, true) : cell);
  const drawn = new PassThrough();
  new Console(drawn).table(
    cells(value, (row) => (row?.ownProperties ? cells(row, plain) : plain(row))),
  );
  return `\n${drawn.read()}`.trimEnd();
}
