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

  /** Asks an actor of the protocol for something, and returns or throws what it answers. */
  function request(to: string, type: string, parameters = {}): Promise<Packet> {
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
  }

  const { processDescriptor } = await request("root", "getProcess", { id: 0 });
  const { process } = await request(processDescriptor.actor, "getTarget");

  return {
    /** Emits each event of the protocol under its type, and `"error"` when Firefox ends. */
    packets,
    request,
    evaluate: evaluator(packets, request, process.consoleActor),
    /** The actor of Firefox's main process. */
    processActor: processDescriptor.actor as string,
    disconnect: () => socket.destroy(),
  };
}

type Request = (to: string, type: string, parameters?: object) => Promise<Packet>;

/** Makes the function that lets Firefox run other functions. */
function evaluator(packets: EventEmitter, request: Request, consoleActor: string) {
  /**
   * Lets Firefox run a function with the browser's own privileges.
   *
   * @param f - the function, which cannot use variables from outside
   * @param parameters - of the function; JSON must be able to carry them, and what the function returns
   * @returns what the function returns, or what its promise resolves to
   * @throws what the function throws
   */
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

/** Finds a TCP port that is free. Another program may take it before Firefox does, but that is unlikely. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
