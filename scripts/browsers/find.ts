import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import {
  Browser,
  detectBrowserPlatform,
  getInstalledBrowsers,
  install,
  resolveBuildId,
} from "@puppeteer/browsers";
import { root, type Target } from "../project.ts";

type Name = Target["browser"];

const cacheDir = path.join(root, ".cache");

/** Where each is usually installed, and what to download if it is not. Edge and Chrome count as Chromium. */
const browsers = {
  firefox: {
    names: ["firefox", "firefox-esr", "firefox-developer-edition", "firefox-nightly"],
    darwin: ["Firefox.app/Contents/MacOS/firefox"],
    win32: ["Mozilla Firefox/firefox.exe"],
    version: /Firefox/,
    fetch: { browser: Browser.FIREFOX, tag: "esr" },
    debian: "firefox-esr",
  },
  chromium: {
    names: [
      ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
      ...["microsoft-edge", "microsoft-edge-stable"],
    ],
    darwin: ["Chromium", "Google Chrome", "Microsoft Edge"].map(
      (app) => `${app}.app/Contents/MacOS/${app}`,
    ),
    win32: ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"],
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
 * @throws when the variable does not name such a browser
 */
export async function lookForBrowser(name: Name): Promise<string | undefined> {
  const variable = name.toUpperCase();
  const named = process.env[variable];
  if (!named) return findInstalled(name) ?? (await findFetched(name));
  const program = [named, ...inPath([named])].find(isProgram);
  if (program && answersAs(name, program)) return path.resolve(program);
  throw new Error(
    `${variable} is set to "${named}", but ${program ? `that program is not ${titled(name)}` : "there is no program at that path"}.\n` +
      `Set ${variable} to the path of ${titled(name)}, or unset it to use the ${titled(name)} that is installed.`,
  );
}

/** Puppeteer and web-ext would wait in vain for a program that is not a browser. */
function answersAs(name: Name, program: string) {
  return process.platform === "win32" || browsers[name].version.test(askForVersion(program));
}

/**
 * Asks a browser for its version.
 *
 * @param program - its path
 * @returns what it prints within two seconds; nothing in Windows, where it would open a window
 */
export function askForVersion(program: string): string {
  if (process.platform === "win32") return "";
  return spawnSync(program, ["--version"], { encoding: "utf8", timeout: 2_000 }).stdout ?? "";
}

const titled = (name: Name) => name.replace(/^./, (first) => first.toUpperCase());

function findInstalled(name: Name) {
  const { PROGRAMFILES = "", "PROGRAMFILES(X86)": x86 = "" } = process.env;
  const { names, darwin, win32 } = browsers[name];
  return [
    ...inPath(names),
    ...filesIn(["/Applications"], darwin),
    ...filesIn([PROGRAMFILES, x86], win32),
  ].find(isProgram);
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
