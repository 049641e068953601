/** The port's name. Both scripts ignore ports with other names. */
export const portName = "port-from-cs";

/** What the two scripts post to each other, in both directions. */
export interface Message {
  greeting: string;
}

/**
 * A `runtime.Port` that posts nothing but a {@link Message}. A message that arrives is `unknown`: another
 * version of the script, or a web page's process that an attacker has taken over, may have posted it.
 *
 * @see {@link https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/Port}
 */
export interface Port extends browser.runtime.Port {
  postMessage: (m: Message) => void;
  onMessage: WebExtEvent<(m: unknown) => void>;
}

/**
 * Tells whether a value that has arrived over a port is a {@link Message}.
 *
 * @param m - the value that a listener of `port.onMessage` receives
 */
export function isMessage(m: unknown): m is Message {
  return typeof m === "object" && m !== null && "greeting" in m && typeof m.greeting === "string";
}
