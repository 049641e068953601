// What a browser writes when it does not start is meant for those who build browsers. This says what to do.

const causes: [written: RegExp, whatToDo: string][] = [
  [
    /cannot open display|don't have any display|Failed to open Wayland display|Missing X server/,
    "The environment variable DISPLAY or WAYLAND_DISPLAY names a display that does not exist. " +
      "To run without a window, unset both variables: unset DISPLAY WAYLAND_DISPLAY",
  ],
  [
    /(?:error while loading shared libraries:|XPCOMGlueLoad error for file .*:)\s+(?<name>[^:\s]+)/,
    "The shared library $<name> is missing. Install the browser with the package manager of your system, " +
      "which installs its libraries too.",
  ],
  [
    /\(\$HOME is (?<name>.*) which is owned by/,
    "The folder $<name>, which the environment variable HOME names, belongs to another user. " +
      "Set HOME to a folder of your own. For root, that is: export HOME=/root",
  ],
  [
    /No usable sandbox|SUID sandbox helper/,
    "This system does not let Chromium use its sandbox. Install Chromium with the package manager of your " +
      "system, which sets the sandbox up.",
  ],
  [
    /Socket path too long/,
    "The path of the folder for temporary files is too long for Chromium. Set TMPDIR to a shorter one, such as /tmp.",
  ],
  [
    /No space left on device|ENOSPC/,
    "The disk is full. Free some space, or set TMPDIR to a folder on another disk.",
  ],
];

/** More is not read. */
const linesShown = 10;

/**
 * Explains why a browser did not start.
 *
 * @param program - the browser's path
 * @param written - what the browser wrote to its standard output and standard error
 * @returns the last lines of that, and what to do
 */
export function whyNotStarted(program: string, written: string): string {
  const lines = written.trim().split("\n").slice(-linesShown);
  const wrote = lines.join("")
    ? `, and wrote:\n    ${lines.join("\n    ")}`
    : ", and wrote nothing.";
  return `${program} did not start${wrote}\n\n${whatToDo(written)}`;
}

function whatToDo(written: string) {
  for (const [pattern, advice] of causes) {
    const found = written.match(pattern);
    if (found) return found[0].replace(pattern, advice);
  }
  return "Start the browser by itself to see whether it works.";
}
