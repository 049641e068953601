import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  Browser,
  detectBrowserPlatform,
  getInstalledBrowsers,
  install,
  resolveBuildId,
} from "@puppeteer/browsers";

const cacheDir = fileURLToPath(new URL("../.cache", import.meta.url));

/**
 * Finds a Firefox: the one that `FIREFOX` in the environment names, else one that is installed, else
 * one that is fetched and kept for the next time.
 *
 * @returns {Promise<string>} the program's path
 * @throws when there is none; the message says where it was looked for and what to do
 * @see {@link https://pptr.dev/browsers-api}
 */
export async function findFirefox() {
  const { FIREFOX } = process.env;
  if (FIREFOX) {
    if (isProgram(FIREFOX)) return path.resolve(FIREFOX);
    throw new Error(
      `FIREFOX is set to "${FIREFOX}", and there is no program there.\n` +
        "Set it to the path of a Firefox, or unset it to have one found.",
    );
  }
  return findInstalled() ?? (await findFetched()) ?? (await fetchFirefox());
}

function findInstalled() {
  const names = ["firefox", "firefox-esr", "firefox-developer-edition", "firefox-nightly"];
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const places = {
    darwin: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
    win32: [path.join(process.env.PROGRAMFILES ?? "", "Mozilla Firefox", "firefox.exe")],
  };
  return [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...(places[process.platform] ?? []),
  ].find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function findFetched() {
  const fetched = await getInstalledBrowsers({ cacheDir });
  // The folder of one that was not fetched to the end holds no program.
  return fetched.map(({ executablePath }) => executablePath).find(isProgram);
}

async function fetchFirefox() {
  const tried = ["Looked in the folders of PATH, and where it is usually installed."];

  console.log("No Firefox is installed. Fetching one from Mozilla into .cache/ …");
  try {
    const platform = detectBrowserPlatform();
    const buildId = await resolveBuildId(Browser.FIREFOX, platform, "esr");
    const options = { browser: Browser.FIREFOX, buildId, cacheDir };
    return (await install({ ...options, downloadProgressCallback: "default" })).executablePath;
  } catch (error) {
    tried.push(`Fetching it from Mozilla failed: ${error.message}`);
  }

  if (process.getuid?.() === 0) {
    console.log("That failed. Installing Firefox with apt-get …");
    for (const command of [["update"], ["install", "--yes", "firefox-esr"]]) {
      spawnSync("apt-get", command, { stdio: "inherit" });
    }
    const installed = findInstalled();
    if (installed) return installed;
    tried.push("Installing firefox-esr with apt-get failed.");
  } else {
    tried.push("Installing it with apt-get was not tried, since that takes root.");
  }

  throw new Error(
    `There is no Firefox.\n- ${tried.join("\n- ")}\n` +
      "Install Firefox, or set FIREFOX in the environment to the path of one.",
  );
}
