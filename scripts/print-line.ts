// How the terminal shows a line that one of the extension's scripts has logged.
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { inspect } from "node:util";
import type { ConsoleLine } from "./browsers/driver.ts";

const indent = " ".repeat(20);
/** Browsers name the built scripts in stack traces too. Chromium's log has no columns. */
const builtPosition = /(?:moz|chrome)-extension:\/\/[^\s/]+\/(dist\/[\w-]+\.js):(\d+)(?::(\d+))?/g;

/**
 * Makes text for the terminal of a line, with the script that logged it. Control characters, such as those
 * that begin a terminal's escape sequences, become visible. Positions in the built scripts become positions
 * in `src/`.
 *
 * @param line - what was logged
 * @param folder - the extension's, where the built scripts hold their source maps
 * @returns the text, without a line end
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/module.html#class-modulesourcemap}
 */
export function format({ script, level, text, position }: ConsoleLine, folder: string) {
  const mark = ["warn", "error", "uncaught"].includes(level) ? `${level}: ` : "";
  const at = level === "uncaught" && !text.includes("\n") ? `\n    at ${position}` : "";
  return (
    `[${script}]`.padEnd(indent.length) +
    `${mark}${text}${at}`
      .replace(builtPosition, (built, file, line, column = Infinity) => {
        return inSource(path.join(folder, file), Number(line), Number(column)) ?? built;
      })
      .replace(/[^\P{Cc}\n\t]/gu, (control) => inspect(control).slice(1, -1))
      .replaceAll("\n", `\n${indent}`)
  );
}

/** The file and the line in the sources that a position in a built script comes from. */
function inSource(built: string, line: number, column: number) {
  const [, map = ""] = readFileSync(built, "utf8").match(/base64,(\S+)\s*$/) ?? [];
  const sourceMap = new SourceMap(JSON.parse(Buffer.from(map, "base64").toString()));
  const entry = sourceMap.findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return;
  return `${entry.originalSource.replace(/^webpack:\/\/[^/]*\/\.\//, "")}:${entry.originalLine + 1}`;
}
