import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Serves pages to this machine alone. Firefox 153 runs no content script in `file:` pages unless
 * the user allows it, so pages to try an extension on need a server.
 *
 * @param {Record<string, string | { body: string | Buffer, [header: string]: string | Buffer }>} pages -
 *   by path, the HTML, or a body with its headers
 * @param {number} [port] - 0 takes any that is free
 * @returns the server's address without a path, and how to end it
 * @throws when the port is taken (`code` is `"EADDRINUSE"`) or not allowed
 * @see {@link https://nodejs.org/docs/latest-v20.x/api/http.html#httpcreateserveroptions-requestlistener}
 */
export async function serve(pages, port = 0) {
  const server = createServer(({ url }, response) => {
    const page = pages[url.split("?", 1)[0]];
    const { body, ...headers } = typeof page === "string" ? { body: page } : (page ?? {});
    response.writeHead(body === undefined ? 404 : 200, {
      "Content-Type": "text/html; charset=utf-8",
      ...headers,
    });
    response.end(body ?? "There is no such page.");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
