// A connection to Firefox's debugger server, which about:debugging and the Browser Console use too.
import { EventEmitter, on, once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** What Firefox sends. */
// biome-ignore lint/suspicious/noExplicitAny: Firefox's protocol has no types.
export type Packet = any;

/** A connection to a Firefox that was started with `-start-debugger-server`. */
export type FirefoxConnection = Awaited<ReturnType<typeof connectToFirefox>>;

/**
 * Connects to Firefox's debugger server.
 *
 * @param port - the TCP port that the server listens to, on this machine
 * @returns how to ask the server, and what the server sends without being asked
 * @throws when nothing listens to the port
 * @see {@link https://firefox-source-docs.mozilla.org/devtools/backend/protocol.html}
 */
export async function connectToFirefox(port: number) {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");

  // A packet with a type is an event. One without a type answers the last request to the actor that sends it.
  const packets = new EventEmitter();
  packets.setMaxListeners(0);
  readPackets(socket, (packet) => packets.emit(packet.type ?? packet.from, packet));
  // When Firefox ends, whatever still waits for a packet fails.
  packets.on("error", () => {});
  socket.on("error", () => {});
  socket.on("close", () =>
    packets.emit("error", new Error("Firefox has ended. Run the command again.")),
  );
  await once(packets, "root");

  // An answer does not say which request it answers, so each request waits for the answer to the one before.
  let lastAnswer: Promise<unknown> = Promise.resolve();
  return {
    /** Emits each event of the protocol under its type, and `"error"` when Firefox ends. */
    packets,

    /**
     * Asks an actor of the protocol.
     *
     * @param to - the actor
     * @param type - what it is asked for
     * @param parameters - the rest of the request
     * @returns the answer
     * @throws the error that Firefox answers with, or when Firefox has ended
     */
    request(to: string, type: string, parameters = {}): Promise<Packet> {
      const answer = lastAnswer.then(async () => {
        const answered = once(packets, to);
        const json = JSON.stringify({ to, type, ...parameters });
        socket.write(`${Buffer.byteLength(json)}:${json}`);
        const [packet] = await answered;
        if (packet.error) throw new Error(packet.message ?? packet.error);
        return packet;
      });
      lastAnswer = answer.catch(() => {});
      return answer;
    },

    /** Ends the connection. */
    disconnect: () => socket.destroy(),
  };
}

/** A packet is JSON, behind its length in bytes and a colon. */
function readPackets(socket: NodeJS.ReadableStream, onPacket: (packet: Packet) => void) {
  let received = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const start = received.indexOf(":") + 1;
      const end = start + Number(received.toString("latin1", 0, start - 1));
      if (start === 0 || received.length < end) return;
      const packet = JSON.parse(received.toString("utf8", start, end));
      received = received.subarray(end);
      onPacket(packet);
    }
  });
}

/**
 * Makes a function that runs other functions in Firefox, with the browser's own privileges.
 *
 * @param connection - to Firefox
 * @param consoleActor - the actor that evaluates for the main process
 * @returns the function: it calls what it is given, which cannot use variables from outside, with parameters
 *   that JSON can carry; returns what that returns; throws what that throws
 */
export function evaluator({ packets, request }: FirefoxConnection, consoleActor: string) {
  return async function evaluate<P extends unknown[], R>(
    f: (...parameters: P) => R,
    ...parameters: P
  ): Promise<Awaited<R>> {
    const text = `(async () => (${f})(...${JSON.stringify(parameters)}))().then(
      (value) => JSON.stringify({ value }),
      (error) => JSON.stringify({ error: String(error) }),
    )`;
    // The result may arrive together with the answer, so this listens before it asks.
    const results = on(packets, "evaluationResult");
    const { resultID } = await request(consoleActor, "evaluateJSAsync", {
      text,
      mapped: { await: true },
    });
    for await (const [result] of results) {
      if (result.resultID !== resultID) continue;
      const { error, value } = JSON.parse(result.result);
      if (error) throw new Error(error);
      return value;
    }
    throw new Error("Firefox sent no result.");
  };
}

/** Finds a TCP port that is free. Another program may take it before Firefox does, but that is unlikely. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
