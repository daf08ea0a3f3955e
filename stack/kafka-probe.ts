import { connect } from "node:net";

const ANSWER_LIMIT_MS = 3_000;

/** Metadata request, version 4, for no topic: length, api key 3, version, correlation id, client id, topics, flag. */
const metadataRequest = (): Buffer => {
  const clientId = Buffer.from("stack");
  const body = Buffer.alloc(10 + clientId.length + 5);
  body.writeInt16BE(3, 0);
  body.writeInt16BE(4, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(clientId.length, 8);
  clientId.copy(body, 10);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};

/** Offset of the number of brokers in the answer: after length, correlation id and throttle time. */
const BROKER_COUNT_AT = 12;

/**
 * Whether the broker on this loopback port answers a Metadata request and names at least one broker. A refused or
 * broken connection, silence for 3 s and an empty answer are all false; it never throws.
 */
export function answersMetadata(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    let received = Buffer.alloc(0);
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_LIMIT_MS, () => finish(false));
    socket.once("error", () => finish(false));
    socket.once("close", () => finish(false));
    socket.once("connect", () => socket.write(metadataRequest()));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= BROKER_COUNT_AT + 4) finish(received.readInt32BE(BROKER_COUNT_AT) > 0);
    });
  });
}
