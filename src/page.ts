/**
 * Calls back when the page becomes active, and when it stops being active. A page is active unless it is
 * prerendered, frozen, or in the back/forward cache. A page that dispatches `pagehide` itself, or names a form
 * "prerendering", does not interfere. A page that stops one of the events does.
 *
 * @param start - called at once unless the page is prerendered, and whenever the page becomes active; may be
 *   called again while the page is active
 * @param stop - called before the page is unloaded, frozen, or put into the back/forward cache; may be called
 *   twice
 * @see {@link https://developer.chrome.com/docs/web-platform/page-lifecycle-api}
 */
export function whileActive(start: () => void, stop: () => void): void {
  function begin(event?: Event) {
    // Chromium has this property, and a page may have a form of this name.
    const { prerendering }: Document & { prerendering?: unknown } = document;
    if (event?.isTrusted !== false && prerendering !== true) start();
  }
  function end({ isTrusted }: Event) {
    if (isTrusted) stop();
  }
  function listen() {
    addEventListener("pageshow", begin);
    addEventListener("pagehide", end);
    document.addEventListener("resume", begin);
    document.addEventListener("freeze", end);
    document.addEventListener("prerenderingchange", begin);
  }
  begin();
  listen();
  // document.open() removes all listeners. These are added again, because the port of a page that was left
  // would take the button's messages. The click listener of the old body is not.
  new MutationObserver(listen).observe(document, { childList: true });
}
