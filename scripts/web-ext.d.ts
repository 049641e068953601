// The little of web-ext that is used here: it has no types of its own.

declare module "web-ext" {
  /** https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-run */
  export interface BrowserOptions {
    target?: ("firefox-desktop" | "chromium")[];
    args: string[];
    firefox?: string;
    browserConsole?: boolean;
    pref?: Record<string, string | boolean>;
    chromiumBinary?: string;
    chromiumProfile?: string;
    chromiumPref?: Record<string, string>;
    keepProfileChanges?: boolean;
  }

  export interface RunOptions extends BrowserOptions {
    sourceDir: string;
    noReload: boolean;
  }

  /** A running browser. */
  export interface Runner {
    extensionRunners: [
      {
        /** Firefox only. */
        runningInfo: { debuggerPort: number };
        /** Firefox only: the ids of the extensions, by their folders. */
        reloadableExtensions: Map<string, string>;
        /** Chromium only: https://chromedevtools.github.io/devtools-protocol/ */
        cdp: {
          // biome-ignore lint/suspicious/noExplicitAny: what comes back depends on the method.
          sendCommand(method: string, parameters: object, sessionId?: string): Promise<any>;
        };
      },
    ];
  }

  /** https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-build */
  export interface BuildOptions {
    sourceDir: string;
    artifactsDir: string;
    filename: string;
    overwriteDest: boolean;
  }

  const webExt: {
    cmd: {
      run(options: RunOptions): Promise<Runner>;
      build(
        options: BuildOptions,
        settings: { showReadyMessage: boolean },
      ): Promise<{ extensionPath: string }>;
    };
  };
  export default webExt;
}

declare module "web-ext/util/logger" {
  export const consoleStream: { startCapturing(): void };
}
