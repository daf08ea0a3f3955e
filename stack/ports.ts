import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below every system's range of outgoing ports: a client that reconnects to a stopped server on an outgoing port can
 * connect to itself and then keeps the server from binding again.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const ATTEMPTS = 200;

const canListen = (port: number, host: string | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/** Whether nobody listens on this TCP port, neither on loopback nor on every address. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, undefined)) && (await canListen(port, "127.0.0.1"));
}

/**
 * A TCP port that nobody listens on: `preferred` when it is free, else one chosen at random between 15000 and 32000.
 * The port is not held: whoever asked binds it next. Throws when 200 tries find none.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free TCP port found between ${LOWEST} and ${HIGHEST}`);
}
