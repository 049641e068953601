// The lines of every console, as Chromium writes them into its log with --enable-logging=stderr. To read
// them there attaches to nothing, so that Chromium still stops an idle service worker.
import { watch } from "node:fs";
import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { type ConsoleLine, scriptName } from "./driver.ts";

/** What each entry begins with: process, thread, date, time. */
const header = /^(?=\[\d+:\d+:\d{4}\/\d{6}\.\d+:)/m;
/** A logged text may hold line ends, quotes and this very form, so the last address ends the entry. */
const consoleEntry = /^\[[^\]]*:CONSOLE:\d+\] "(.*)", source: (\S*) \((\d+)\)$/ms;
/** What Chromium puts before an error that nobody has caught. */
const thrown = /^(?:Uncaught (?:\(in promise\) )?|Error in event handler: )(.*)/s;

/**
 * Reports every line that an extension's scripts log, from the beginning of the log and as the log grows.
 * Chromium writes objects as `[object Object]`, and writes neither levels nor columns.
 *
 * @param file - the log
 * @param extensionId - the id that Chromium has given the extension
 * @param onLine - called once a line, in the order in which Chromium wrote them
 * @returns how to stop
 * @throws when there is no such file
 * @see {@link https://www.chromium.org/for-testers/enable-logging/}
 */
export async function followLog(
  file: string,
  extensionId: string,
  onLine: (line: ConsoleLine) => void,
) {
  const log = await open(file);
  const decoder = new StringDecoder();
  const buffer = Buffer.alloc(1_000_000);
  let unread = "";

  async function read() {
    for (;;) {
      const { bytesRead } = await log.read(buffer);
      if (bytesRead === 0) return;
      unread += decoder.write(buffer.subarray(0, bytesRead));
      const entries = unread.split(header);
      unread = entries.pop() ?? "";
      entries.forEach(report);
      // The newest is whole unless its end is still to come.
      if (unread.endsWith("\n") && report(unread)) unread = "";
    }
  }
  function report(entry: string) {
    const [, logged = "", url, line] = entry.match(consoleEntry) ?? [];
    if (url === undefined) return false;
    // What a listener has thrown comes with a stack trace, and without an address.
    const [position = ""] = url
      ? [`${url}:${line}`]
      : (logged.match(/\w+-extension:[^\s)]+/) ?? []);
    const [, uncaught] = logged.match(thrown) ?? [];
    if (
      position.startsWith(`chrome-extension://${extensionId}/`) &&
      logged !== "console.groupEnd"
    ) {
      onLine({
        script: scriptName(position.replace(/(:\d+)+$/, "")),
        level: uncaught === undefined ? "log" : "uncaught",
        text: uncaught ?? logged,
        position,
      });
    }
    return true;
  }

  let reading = read();
  const watcher = watch(file, () => {
    reading = reading.then(read);
  });
  // In case it has grown before the watcher was there.
  reading = reading.then(read);
  return async () => {
    watcher.close();
    await reading;
    await log.close();
  };
}
