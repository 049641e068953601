// The little of web-ext that is used here: it has no types of its own.

declare module "web-ext" {
  /** https://extensionworkshop.com/documentation/develop/web-ext-command-reference/#web-ext-build */
  export interface BuildOptions {
    sourceDir: string;
    artifactsDir: string;
    filename: string;
    overwriteDest: boolean;
  }

  const webExt: {
    cmd: {
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
