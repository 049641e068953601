import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import {
  Browser,
  detectBrowserPlatform,
  getInstalledBrowsers,
  install,
  resolveBuildId,
} from "@puppeteer/browsers";
import { root, type Target } from "../project.ts";
import { whyNotStarted } from "./why-not-started.ts";

export type Name = Target["browser"];

const cacheDir = path.join(root, ".cache");

/** Where browsers are usually installed, and what to download if they are not. Edge and Chrome count as Chromium. */
const browsers = {
  firefox: {
    names: ["firefox", "firefox-esr", "firefox-developer-edition", "firefox-nightly"],
    darwin: ["Firefox.app/Contents/MacOS/firefox"],
    version: /Firefox/,
    fetch: { browser: Browser.FIREFOX, tag: "esr" },
    debian: "firefox-esr",
  },
  chromium: {
    names: [
      "chromium",
      "chromium-browser",
      "google-chrome",
      "google-chrome-stable",
      "microsoft-edge",
      "microsoft-edge-stable",
    ],
    darwin: ["Chromium", "Google Chrome", "Microsoft Edge"].map(
      (app) => `${app}.app/Contents/MacOS/${app}`,
    ),
    version: /\d+(\.\d+){3}/,
    fetch: { browser: Browser.CHROME, tag: "stable" },
    debian: "chromium",
  },
};

/**
 * Finds a browser as {@link lookForBrowser} does, or else downloads one and keeps it for the next time.
 *
 * @param name - which
 * @returns the program's path
 * @throws when there is none; the message says where it was looked for and what to do
 * @see {@link https://pptr.dev/browsers-api}
 */
export async function findBrowser(name: Name): Promise<string> {
  return (await lookForBrowser(name)) ?? (await fetchBrowser(name));
}

/**
 * Looks for a browser: first what the environment variable `FIREFOX` or `CHROMIUM` names, as a path or as a
 * name in PATH, then an installed browser, then one that was downloaded before.
 *
 * @param name - which
 * @returns the program's path, or nothing if there is none
 * @throws when the variable does not name such a browser, or the browser does not start
 */
export async function lookForBrowser(name: Name): Promise<string | undefined> {
  const variable = name.toUpperCase();
  const named = process.env[variable];
  if (!named) return findInstalled(name) ?? (await findFetched(name));
  const program = [named, ...inPath([named])].find(isProgram);
  const problem = program
    ? whyNotThisBrowser(name, program)
    : `${variable} is set to "${named}", but there is no program at that path.`;
  if (program && !problem) return path.resolve(program);
  throw new Error(
    `${problem}\nSet ${variable} to the path of ${titled(name)}, or unset it to use the ${titled(name)} that is installed.`,
  );
}

/** Says why a program is of no use, since whoever starts it would wait for a browser in vain. */
function whyNotThisBrowser(name: Name, program: string): string | undefined {
  // In Windows, browsers do not say their version.
  if (process.platform === "win32") return;
  const options = { encoding: "utf8", timeout: 20_000 } as const;
  const { stdout, stderr, status, error } = spawnSync(program, ["--version"], options);
  if (status !== 0) return whyNotStarted(program, `${stdout}${stderr}${error?.message ?? ""}`);
  if (browsers[name].version.test(stdout)) return;
  return `${name.toUpperCase()} is set to "${program}", but that program is not ${titled(name)}.`;
}

/**
 * Tells where browsers see the temporary files of other programs. A snap, as which Ubuntu installs Firefox and
 * Chromium, has a /tmp of its own, but sees the files in the user's home.
 *
 * @param programs - the paths of the browsers
 * @returns a folder, or nothing if any will do
 * @see {@link https://snapcraft.io/docs/home-interface}
 */
export function temporaryFolderFor(...programs: string[]): string | undefined {
  return programs.some(isSnap) ? homedir() : undefined;
}

function isSnap(program: string) {
  const file = realpathSync(program);
  // Ubuntu's /usr/bin/firefox is a script that runs /snap/bin/firefox, which is a link to /usr/bin/snap.
  const script = statSync(file).size < 10_000 ? readFileSync(file, "utf8") : "";
  return /\/snap\b/.test(`${file}\n${script}`);
}

const titled = (name: Name) => name.replace(/^./, (first) => first.toUpperCase());

function findInstalled(name: Name) {
  const { names, darwin } = browsers[name];
  return [...inPath(names), ...filesIn(["/Applications"], darwin)].find(isProgram);
}

const inPath = (names: string[]) => filesIn((process.env.PATH ?? "").split(path.delimiter), names);

const filesIn = (folders: string[], files: string[]) =>
  files.flatMap((file) => folders.map((folder) => path.join(folder, file)));

function isProgram(file: string) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function findFetched(name: Name) {
  const fetched = await getInstalledBrowsers({ cacheDir });
  return (
    fetched
      .filter(({ browser }) => browser === browsers[name].fetch.browser)
      .map(({ executablePath }) => executablePath)
      // The folder of a download that was interrupted holds no program.
      .find(isProgram)
  );
}

async function fetchBrowser(name: Name) {
  const {
    fetch: { browser, tag },
    debian,
  } = browsers[name];
  const tried = ["It is neither in a folder of PATH nor where it is usually installed."];

  console.log(`${titled(name)} is not installed. Downloading it into .cache/ …`);
  try {
    const platform = detectBrowserPlatform();
    if (!platform) throw new Error("there is no build for this system.");
    const buildId = await resolveBuildId(browser, platform, tag);
    const options = { browser, buildId, cacheDir };
    return (await install({ ...options, downloadProgressCallback: "default" })).executablePath;
  } catch (error) {
    tried.push(`The download failed: ${(error as Error).message}`);
  }

  if (process.getuid?.() === 0) {
    console.log(`${tried.at(-1)}\nInstalling ${debian} with apt-get …`);
    for (const command of [["update"], ["install", "--yes", debian]]) {
      spawnSync("apt-get", command, { stdio: "inherit" });
    }
    const installed = findInstalled(name);
    if (installed) return installed;
    tried.push(`Installing ${debian} with apt-get failed.`);
  } else {
    tried.push("It was not installed with apt-get, because only root can do that.");
  }

  throw new Error(
    `${titled(name)} was not found.\n- ${tried.join("\n- ")}\n` +
      `Install it, or set the environment variable ${name.toUpperCase()} to its path.`,
  );
}
