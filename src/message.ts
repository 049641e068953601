/** What the two scripts post to each other. Both directions carry the same shape. */
export interface Message {
  greeting: string;
}

/**
 * Tells whether something that arrived from a port is a {@link Message}.
 *
 * A type exists only while compiling. At run time anything that can be cloned may arrive, and a
 * content script is less trusted than the background script: look before using it.
 *
 * @param m - what a port's `onMessage` listener was called with
 * @returns whether it is an object whose `greeting` is a string
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/Port}
 */
export function isMessage(m: unknown): m is Message {
  return typeof m === "object" && m !== null && "greeting" in m && typeof m.greeting === "string";
}
