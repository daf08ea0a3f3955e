import { createServer, connect, type Server, type Socket } from "node:net";
import { once } from "node:events";

/** Which way bytes go: from the client to the server, or back. */
export type Direction = "toServer" | "toClient";

/**
 * What a direction does: `pass`; `delay` hands every byte on so much later; `hold` hands nothing on and keeps it, as a
 * network does that loses packets: after the next `pass` it all arrives, where the connection still stands.
 */
export type Flow = { kind: "pass" } | { kind: "delay"; ms: number } | { kind: "hold" };

/** TcpProxy stands between clients and one server on loopback. */
export interface TcpProxy {
  readonly port: number;
  /** Where it connects to; a server may start after its proxy. */
  aim(port: number): void;
  /** Changes what a direction does, for the connections that stand and those to come. */
  set(direction: Direction, flow: Flow): void;
  /** Resets every connection; with `refuse` new ones are reset too, until `cut({ refuse: false })`. */
  cut(options: { refuse: boolean }): void;
  /** Connections that stand. */
  readonly connections: number;
  close(): Promise<void>;
}

/** One direction of one connection. */
class Pipe {
  readonly #to: Socket;
  #flow: Flow;
  #waiting: { chunk: Buffer | null; dueAt: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, flow: Flow) {
    this.#to = to;
    this.#flow = flow;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => this.#take(null));
  }

  set(flow: Flow): void {
    this.#flow = flow;
    if (flow.kind === "pass") for (const each of this.#waiting) each.dueAt = 0;
    this.#drain();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #take(chunk: Buffer | null): void {
    const ms = this.#flow.kind === "delay" ? this.#flow.ms : 0;
    this.#waiting.push({ chunk, dueAt: performance.now() + ms });
    this.#drain();
  }

  #drain(): void {
    clearTimeout(this.#timer);
    if (this.#flow.kind === "hold") return;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const leftMs = first.dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#drain(), leftMs);
        return;
      }
      this.#waiting.shift();
      if (this.#to.destroyed) continue;
      if (first.chunk === null) this.#to.end();
      else this.#to.write(first.chunk);
    }
  }
}

type Link = { client: Socket; server: Socket; pipes: Record<Direction, Pipe> };

class Proxy implements TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #flows: Record<Direction, Flow> = { toServer: { kind: "pass" }, toClient: { kind: "pass" } };
  #target = 0;
  #refusing = false;

  constructor() {
    // Half-open sockets: an end is handed on like any byte, in its turn.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#join(client));
  }

  async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#links.size;
  }

  aim(port: number): void {
    this.#target = port;
  }

  set(direction: Direction, flow: Flow): void {
    this.#flows[direction] = flow;
    for (const { pipes } of this.#links) pipes[direction].set(flow);
  }

  cut({ refuse }: { refuse: boolean }): void {
    this.#refusing = refuse;
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.cut({ refuse: true });
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const pipes = {
      toServer: new Pipe(client, server, this.#flows.toServer),
      toClient: new Pipe(server, client, this.#flows.toClient),
    };
    const link: Link = { client, server, pipes };
    this.#links.add(link);
    const end = (): void => {
      if (!this.#links.delete(link)) return;
      for (const pipe of Object.values(pipes)) pipe.stop();
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      // A connection that broke ends on both sides; that is all there is to say of it.
      socket.on("error", end);
      socket.on("close", end);
    }
  }
}

/** startTcpProxy listens on a free port of loopback; it connects to the port that `aim` names. */
export function startTcpProxy(): Promise<TcpProxy> {
  return new Proxy().listen();
}
