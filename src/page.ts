/** Whether the page is active: neither prerendered nor in the back/forward cache. */
export let isActive = false;

/**
 * Calls back when the page becomes active, and when the user leaves the page. The page cannot interfere,
 * for example by dispatching `pagehide` itself or by naming an element "prerendering".
 *
 * @param start - called at once if the user sees the page, and when the user opens a prerendered page or
 *   comes back
 * @param stop - called before the page is unloaded or enters the back/forward cache
 * @see {@link https://developer.mozilla.org/docs/Web/API/Window/pagehide_event}
 */
export function whileActive(start: () => void, stop: () => void): void {
  function update(event?: Event) {
    if (event?.isTrusted === false) return;
    const isPrerendered = Reflect.get(Document.prototype, "prerendering", document) === true;
    const wasActive = isActive;
    isActive = event?.type !== "pagehide" && !isPrerendered;
    if (isActive && !wasActive) start();
    if (wasActive && !isActive) stop();
  }
  function listen() {
    addEventListener("pageshow", update);
    addEventListener("pagehide", update);
    document.addEventListener("prerenderingchange", update);
  }
  update();
  listen();
  // document.open() removes all listeners. Adding a listener again changes nothing.
  new MutationObserver(listen).observe(document, { childList: true });
}
