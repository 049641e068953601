// The little of Firefox's internals that is used here, by functions that Firefox runs with its own
// privileges: see `evaluate` in firefox-devtools.ts. https://searchfox.org/ has the rest.

/** A `<browser>`: what shows a page in a tab. */
interface XULBrowser extends Element {
  browsingContext: {
    currentWindowGlobal: {
      innerWindowId: number;
      domProcess: { osPid: number };
      drawSnapshot(rect: DOMRect | null, scale: number, background: string): Promise<ImageBitmap>;
    };
  };
}

/** A window of Firefox itself. */
interface ChromeWindow extends Window {
  browsingContext: XULBrowser["browsingContext"];
  screen: Screen & { availLeft: number; availTop: number };
  gBrowser: {
    selectedBrowser: XULBrowser;
    tabs: Element[];
    removeTab(tab: Element | undefined): void;
    removeCurrentTab(): void;
  };
  restore(): void;
  openTrustedLinkIn(url: string, where: "current" | "tab"): void;
  /** In Firefox 140. */
  windowUtils: {
    sendMouseEvent?(type: string, x: number, y: number, button: 0, clicks: 1, modifiers: 0): void;
  };
  /** In Firefox 153. */
  synthesizeMouseEvent(
    type: string,
    x: number,
    y: number,
    options: { button: 0; clickCount: 1 },
  ): void;
}

declare namespace Services {
  const wm: { getMostRecentWindow(type: string): ChromeWindow };
  const obs: {
    addObserver(observer: (subject: { innerWindowId: number }) => void, topic: string): void;
    removeObserver(observer: (subject: { innerWindowId: number }) => void, topic: string): void;
    notifyObservers(subject: null, topic: string): void;
  };
  const prefs: {
    setBoolPref(name: string, value: boolean): void;
    setStringPref(name: string, value: string): void;
  };
}

declare namespace ChromeUtils {
  function importESModule(url: "resource://gre/modules/Log.sys.mjs"): {
    Log: { Level: { Error: number }; repository: { getLogger(name: string): { level: number } } };
  };
  function importESModule(url: "resource://devtools/shared/loader/Loader.sys.mjs"): {
    require(module: "devtools/client/webconsole/browser-console-manager"): {
      BrowserConsoleManager: {
        openBrowserConsoleOrFocus(): Promise<{ chromeWindow: ChromeWindow }>;
      };
    };
  };
  function importESModule(url: "resource://gre/modules/ExtensionPermissions.sys.mjs"): {
    ExtensionPermissions: {
      remove(
        id: string,
        removed: browser.permissions.Permissions,
        extension: object,
      ): Promise<void>;
    };
  };
}

declare const Cc: {
  "@mozilla.org/processtools-service;1": {
    getService(type: unknown): { kill(pid: number): void };
  };
  "@mozilla.org/image/tools;1": {
    getService(type: unknown): {
      getImgCacheForDocument(document: null): { clearCache(onlyFirefoxsOwn: boolean): void };
    };
  };
};
declare const Ci: { nsIProcessToolsService: unknown; imgITools: unknown };

declare namespace AddonManager {
  function getAddonByID(
    id: string,
  ): Promise<{ disable(): Promise<void>; enable(): Promise<void>; reload(): Promise<void> }>;
}

declare namespace WebExtensionPolicy {
  function getByID(id: string): {
    getURL(path: string): string;
    extension: {
      persistentBackground: boolean;
      backgroundState: "running" | "starting" | "stopped" | "suspending";
      once(
        event: "background-script-started" | "shutdown-background-script",
        listener: () => void,
      ): void;
      terminateBackground(options: { ignoreDevToolsAttached: true }): Promise<void>;
      views: Set<{ xulBrowser: XULBrowser }>;
    };
  };
}

declare namespace IOUtils {
  function write(path: string, bytes: Uint8Array): Promise<number>;
}
