// What the scripts of extensions log, as Chromium writes it to its standard error with --enable-logging=stderr.
// Reading it there attaches to no script, so Chromium still stops an idle service worker.
import { type ConsoleLine, scriptName } from "./driver.ts";

/**
 * Each entry begins with the numbers of its process and thread, the date, and the time, but not always a line:
 * programs that Chromium runs write to the same place.
 */
const startOfEntry = /(?=\[\d+:\d+:\d{4}\/\d{6}\.\d+:)/;
/** A logged text may contain line ends and quotes, so the last address ends the entry. */
const consoleEntry = /^\[[^\]]*:CONSOLE:\d+\] "(.*)", source: (\S*) \((\d+)\)$/ms;
/** What Chromium puts before an error that nobody caught. */
const uncaught = /^(?:Uncaught (?:\(in promise\) )?|Error in event handler: )/;
const extensionAddress = /^chrome-extension:/;

/**
 * Calls back for each line that a script of an extension logs. Chromium writes an object as
 * `[object Object]`, and writes neither levels nor columns.
 *
 * @param log - the standard error of a Chromium that runs with `--enable-logging=stderr`
 * @param onLine - called once for each line, in the order in which Chromium writes them; the line's
 *   `position` begins with `chrome-extension://`, the extension's ID, and `/`
 * @see {@link https://www.chromium.org/for-testers/enable-logging/}
 */
export function readLog(log: NodeJS.ReadableStream, onLine: (line: ConsoleLine) => void): void {
  let unread = "";
  log.setEncoding("utf8");
  log.on("data", (text: string) => {
    const entries = (unread + text).split(startOfEntry);
    unread = entries.pop() ?? "";
    entries.forEach(report);
    // The rest of the newest entry may be still to come.
    if (consoleEntry.test(unread) && unread.endsWith("\n")) {
      report(unread);
      unread = "";
    }
  });

  function report(entry: string) {
    const [, text = "", address = "", lineNumber] = entry.match(consoleEntry) ?? [];
    const isUncaught = uncaught.test(text);
    let position = `${address}:${lineNumber}`;
    // For an error in a listener of the extension APIs, Chromium gives the address of the page, or none.
    // The stack, which is part of the text, has the script's.
    if (isUncaught && !extensionAddress.test(address)) {
      [position = ""] = text.match(/(?<=\n +at .*)chrome-extension:[^\s)]+/) ?? [];
    }
    // Chromium does not say whose script has not read runtime.lastError, only whether it runs in a page.
    if (text.startsWith("Unchecked runtime.lastError")) {
      onLine({ script: address ? "page" : "service worker", level: "error", text });
      return;
    }
    // Chromium also logs the end of a group.
    if (!extensionAddress.test(position) || text === "console.groupEnd") return;
    onLine({
      script: scriptName(position.replace(/(:\d+)+$/, "")),
      level: isUncaught ? "uncaught" : "log",
      text: text.replace(uncaught, ""),
      position,
    });
  }
}
