// The lines that an extension's scripts log: kept until a test asks for them.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { ConsoleLine } from "../scripts/browsers/driver.ts";

/** What is logged, by the script that logs it, each script's lines in order. */
export type Lines = Record<string, string[]>;

/** What is logged when one thing happens after another. */
export function inTurn(...steps: Lines[]): Lines {
  const all: Lines = {};
  for (const step of steps) {
    for (const [script, lines] of Object.entries(step)) {
      all[script] = [...(all[script] ?? []), ...lines];
    }
  }
  return all;
}

/** Keeps lines until a test asks for them. */
export class ConsoleLines {
  #lines: Lines = {};
  readonly #news = new EventEmitter();

  /** Adds a line. An error that nobody caught is a line too, without its stack. */
  readonly add = ({ script, level, text }: ConsoleLine) => {
    const line = text.replace(/\n +at .*/s, "");
    this.#lines[script] ??= [];
    this.#lines[script].push(level === "log" ? line : `${level}: ${line}`);
    this.#news.emit("line");
  };

  /**
   * Waits until as many lines as expected were logged since the last call, or none for ten seconds.
   *
   * @param expected - the lines
   * @param besides - lines that may be logged as well, any number of times
   * @returns the lines without those that are in `besides`
   */
  async next(expected: Lines, besides: Lines = {}) {
    const isMissing = ([script, lines]: [string, string[]]) =>
      (without(besides, this.#lines)[script]?.length ?? 0) < lines.length;
    try {
      while (Object.entries(without(besides, expected)).some(isMissing)) {
        await once(this.#news, "line", { signal: AbortSignal.timeout(10_000) });
      }
    } catch {
      // The caller compares, and says what is missing.
    }
    const logged = without(besides, this.#lines);
    this.#lines = {};
    return logged;
  }

  /**
   * Waits as {@link next} does.
   *
   * @throws when the lines are others, or more
   */
  async logged(expected: Lines, besides: Lines = {}) {
    assert.deepEqual(await this.next(expected, besides), without(besides, expected));
  }

  /** Fails if there are lines that no test has asked for. */
  noMore() {
    assert.deepEqual(this.#lines, {});
  }
}

/** The lines that are not among others. */
export function without(others: Lines, lines: Lines): Lines {
  const rest = { ...lines };
  for (const [script, some] of Object.entries(others)) {
    rest[script] = (rest[script] ?? []).filter((line) => !some.includes(line));
  }
  return rest;
}
