import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

/** Kafka's numbers of the requests that {@link RefusingProxy} can change. */
export const PRODUCE = 0;
export const INIT_PRODUCER_ID = 22;

/**
 * RefusingProxy stands between clients and one plain listener, and answers as brokers do that lack what ours has: it
 * writes error codes into answers, or loses them with their connection.
 */
export interface RefusingProxy {
  readonly port: number;
  /** Where it connects to. */
  aim(port: number): void;
  /** Every InitProducerId is answered by this error code; null lets them pass. */
  refuseProducerIds(code: number | null): void;
  /** So many of the next answers to a request are lost, each with its connection. */
  loseAnswers(apiKey: number, count: number): void;
  /** Requests of a kind that were handed on so far. */
  asked(apiKey: number): number;
  close(): Promise<void>;
}

/** Of InitProducerId's answer: behind its length, correlation id, tags and throttle time. */
const ERROR_CODE_AT = 4 + 4 + 1 + 4;

/** startRefusingProxy listens on a free port of loopback. */
export async function startRefusingProxy(): Promise<RefusingProxy> {
  let target = 0;
  let code: number | null = null;
  const losing = new Map<number, number>();
  const counts = new Map<number, number>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: "127.0.0.1" });
    const keys = new Map<number, number>();
    const end = (): void => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // Either side's end ends the other; that is all there is to say of it.
      socket.on("error", end).on("close", end);
    }
    onFrames(client, (frame) => {
      const apiKey = frame.readInt16BE(4);
      keys.set(frame.readInt32BE(8), apiKey);
      counts.set(apiKey, (counts.get(apiKey) ?? 0) + 1);
      upstream.write(frame);
    });
    onFrames(upstream, (frame) => {
      const apiKey = keys.get(frame.readInt32BE(4)) ?? -1;
      const left = losing.get(apiKey) ?? 0;
      if (left > 0) {
        losing.set(apiKey, left - 1);
        end();
        return;
      }
      if (apiKey === INIT_PRODUCER_ID && code !== null) frame.writeInt16BE(code, ERROR_CODE_AT);
      client.write(frame);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    aim: (port) => (target = port),
    refuseProducerIds: (given) => (code = given),
    loseAnswers: (apiKey, count) => void losing.set(apiKey, count),
    asked: (apiKey) => counts.get(apiKey) ?? 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Calls back with each whole message, its length in front. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0);
      const frame = Buffer.from(rest.subarray(0, length));
      rest = rest.subarray(length);
      take(frame);
    }
  });
}
