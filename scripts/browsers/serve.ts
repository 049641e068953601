import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** By path, the HTML, or a body with its headers. */
export type Pages = Record<
  string,
  string | { body: string | Buffer; headers: Record<string, string> }
>;

/**
 * Serves pages to this machine alone. Firefox 153 runs no content script in `file:` pages unless
 * the user allows it, so pages to try an extension on need a server.
 *
 * @param pages - what the server has
 * @param port - 0 takes any that is free
 * @returns the server's address without a path, and how to end it
 * @throws when the port is taken (`code` is `"EADDRINUSE"`) or not allowed
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/http.html#httpcreateserveroptions-requestlistener}
 */
export async function serve(pages: Pages, port = 0) {
  const server = createServer(({ url = "" }, response) => {
    const page = pages[url.replace(/\?.*/, "")];
    const { body, headers } = typeof page === "object" ? page : { body: page, headers: {} };
    response.writeHead(body === undefined ? 404 : 200, {
      "Content-Type": "text/html; charset=utf-8",
      ...headers,
    });
    response.end(body ?? "There is no such page.");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
