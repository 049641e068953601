// How the terminal shows a line that a script of the extension logs.
import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { inspect } from "node:util";
import type { ConsoleLine } from "./browsers/driver.ts";

const indent = " ".repeat(20);
/** The stack traces of errors contain positions too. Those in Chromium's log have no columns. */
const builtPosition = /(?:moz|chrome)-extension:\/\/[^\s/]+\/(dist\/[\w/-]+\.js):(\d+)(?::(\d+))?/g;

/**
 * Formats a line for the terminal, behind the name of the script that logged it. Control characters, such as
 * those that begin a terminal's escape sequences, become visible. Positions in the built scripts become
 * positions in `src/`.
 *
 * @param line - what was logged
 * @param folder - the folder of the extension, whose scripts contain their source maps
 * @returns the text, without a line end
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/module.html#class-modulesourcemap}
 */
export function formatLine({ script, level, text, position }: ConsoleLine, folder: string): string {
  const mark = ["warn", "error", "uncaught"].includes(level) ? `${level}: ` : "";
  const at = level === "uncaught" && !text.includes("\n") ? `\n    at ${position}` : "";
  const shown = `${mark}${text}${at}`
    .replace(builtPosition, (built, file, line, column = Infinity) => {
      return sourcePosition(path.join(folder, file), Number(line), Number(column)) ?? built;
    })
    .replace(/[^\P{Cc}\n\t]/gu, (control) => inspect(control).slice(1, -1))
    .replaceAll("\n", `\n${indent}`);
  return `[${script}]`.padEnd(indent.length) + shown;
}

/** The file and the line in `src/` that a position in a built script comes from. */
function sourcePosition(script: string, line: number, column: number): string | undefined {
  // A logged text may name any file.
  if (!existsSync(script)) return;
  const [, map = ""] = readFileSync(script, "utf8").match(/base64,(\S+)\s*$/) ?? [];
  const sourceMap = new SourceMap(JSON.parse(Buffer.from(map, "base64").toString()));
  const entry = sourceMap.findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return;
  // Webpack writes "#" in the name of a folder as "\0#".
  const file = entry.originalSource.replace(/^webpack:\/\/[^/]*\//, "").replaceAll("\0", "");
  return `${path.relative("", file)}:${entry.originalLine + 1}`;
}
