import { isIP } from "node:net";
import { apiVersionsV3, Connection, ResponseError, type API, type SASLOptions } from "@platformatic/kafka";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";

/** How to speak to the brokers of one cluster. Holds secrets: never logged. */
export interface LinkOptions {
  readonly clientId: string;
  readonly tls: {
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly rejectUnauthorized: boolean;
  } | null;
  readonly sasl: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  } | null;
  /** Until a connection is open and signed in, ms. */
  readonly connectTimeoutMs: number;
  /** Until one answer is there, ms. */
  readonly requestTimeoutMs: number;
}

/** BrokerLink is one connection to one broker: opened on first use, kept, opened anew after it broke. */
export interface BrokerLink {
  readonly address: string;
  /** Requests sent over this link so far, those that open a connection included. */
  readonly requests: number;
  /** Whether the broker of the open connection speaks a version of an API. Opens the connection if need be. */
  speaks(apiKey: number, version: number, signal: AbortSignal): Promise<boolean>;
  /** Calls an API. Errors inside an answer stay in the answer; a failed call throws {@link KafkaError}. */
  call<Args extends unknown[], Answer>(
    api: API<Args, Answer>,
    args: Args,
    signal: AbortSignal,
  ): Promise<Answer>;
  /** As `call`, but what may have been written to a connection that broke is not sent again. */
  callOnce<Args extends unknown[], Answer>(
    api: API<Args, Answer>,
    args: Args,
    signal: AbortSignal,
  ): Promise<Answer>;
  close(): Promise<void>;
}

interface Open {
  connection: Connection;
  versions: ReadonlyMap<number, { min: number; max: number }>;
  /** Set when the first bytes cannot be the length of an answer. */
  garbage: boolean;
}

/** Kafka's answers are far smaller; `HTTP` read as a length is 1.2 GB. */
const GREATEST_ANSWER_BYTES = 512 * 1024 * 1024;

/** openBrokerLink makes a link; it connects at the first call. */
export function openBrokerLink(host: string, port: number, options: LinkOptions): BrokerLink {
  return new Link(host, port, options);
}

class Link implements BrokerLink {
  readonly address: string;
  readonly #where: { host: string; port: number; options: LinkOptions };
  #current: Promise<Open> | null = null;
  #closed = false;
  #requests = 0;

  constructor(host: string, port: number, options: LinkOptions) {
    this.address = `${host}:${port}`;
    this.#where = { host, port, options };
  }

  get requests(): number {
    return this.#requests;
  }

  async speaks(apiKey: number, version: number, signal: AbortSignal): Promise<boolean> {
    const { state } = await orAborted(this.#ready(), signal);
    const known = state.versions.get(apiKey);
    return known !== undefined && version >= known.min && version <= known.max;
  }

  call<Args extends unknown[], Answer>(
    api: API<Args, Answer>,
    args: Args,
    signal: AbortSignal,
  ): Promise<Answer> {
    return orAborted(this.#attempt(api, args, true), signal);
  }

  callOnce<Args extends unknown[], Answer>(
    api: API<Args, Answer>,
    args: Args,
    signal: AbortSignal,
  ): Promise<Answer> {
    return orAborted(this.#attempt(api, args, false), signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = this.#current;
    this.#current = null;
    if (open === null) return;
    await open.then(
      (state) => discard(state.connection),
      () => undefined, // It never opened, and whoever asked for it has been told.
    );
  }

  /** The open connection; `fresh` says that it was opened for this call. */
  async #ready(): Promise<{ open: Promise<Open>; state: Open; fresh: boolean }> {
    if (this.#closed) throw new KafkaError("unreachable", `${this.address}: the link is closed.`);
    const fresh = this.#current === null;
    const open = (this.#current ??= connect({ ...this.#where, count: () => (this.#requests += 1) }));
    try {
      const state = await open;
      if (fresh || state.connection.isConnected()) return { open, state, fresh };
    } catch (error) {
      this.#drop(open);
      throw error;
    }
    this.#drop(open);
    return this.#ready();
  }

  async #attempt<Args extends unknown[], Answer>(
    api: API<Args, Answer>,
    args: Args,
    again: boolean,
  ): Promise<Answer> {
    const { open, state, fresh } = await this.#ready();
    this.#requests += 1;
    try {
      return await api.async(state.connection, ...args);
    } catch (error) {
      if (error instanceof ResponseError) return (error as ResponseError & { response: Answer }).response;
      this.#drop(open);
      discard(state.connection);
      const mapped = state.garbage ? notKafka(this.address) : toKafkaError(error, this.address);
      // A connection that idled may have been closed by the broker just before the call.
      if (again && !fresh && mapped.kind === "unreachable") return this.#attempt(api, args, true);
      throw mapped;
    }
  }

  #drop(open: Promise<Open>): void {
    if (this.#current === open) this.#current = null;
  }
}

const notKafka = (address: string): KafkaError =>
  new KafkaError("garbage", `${address}: the answer is not Kafka's protocol.`);

/** Opens a connection, signs in and learns the broker's versions. */
async function connect({
  host,
  port,
  options,
  count,
}: {
  host: string;
  port: number;
  options: LinkOptions;
  count: () => void;
}): Promise<Open> {
  const { clientId, connectTimeoutMs, requestTimeoutMs } = options;
  const connection = new Connection(clientId, {
    connectTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    ...(options.tls === null ? {} : { tls: { ...options.tls } }),
    ...(options.tls !== null && isIP(host) === 0 ? { tlsServerName: true } : {}),
    ...(options.sasl === null ? {} : { sasl: saslOf(options.sasl) }),
  });
  const open: Open = { connection, versions: new Map(), garbage: false };
  // Without a listener an error that comes after the connection was given up would end the process.
  connection.on("error", () => undefined);
  try {
    const connecting = connection.connect(host, port);
    watchFirstBytes(open);
    await connecting;
    count();
    const { apiKeys } = await apiVersionsV3.api.async(connection, "sluice", "1");
    open.versions = new Map(
      apiKeys.map((each) => [each.apiKey, { min: each.minVersion, max: each.maxVersion }]),
    );
    return open;
  } catch (error) {
    discard(connection);
    throw open.garbage ? notKafka(`${host}:${port}`) : toKafkaError(error, `${host}:${port}`);
  }
}

/** The client waits for as many bytes as the first four announce: text would keep it waiting for a gigabyte. */
function watchFirstBytes(open: Open): void {
  const { socket } = open.connection;
  socket.once("data", (chunk: Buffer) => {
    if (chunk.length < 4) return;
    const length = chunk.readInt32BE(0);
    // A TLS alert on a plain connection is the client's own finding.
    if (chunk[0] === 0x15 || (length >= 4 && length <= GREATEST_ANSWER_BYTES)) return;
    open.garbage = true;
    socket.destroy();
  });
}

/** Ends a connection at once; the client's own close leaves the socket of a failed one half open. */
function discard(connection: Connection): void {
  // The socket is absent when the connection failed before one was made.
  const socket = connection.socket as Connection["socket"] | undefined;
  connection.close(() => undefined);
  socket?.destroy();
}

function saslOf({ mechanism, username, password }: NonNullable<LinkOptions["sasl"]>): SASLOptions {
  const names = {
    plain: "PLAIN",
    "scram-sha-256": "SCRAM-SHA-256",
    "scram-sha-512": "SCRAM-SHA-512",
  } as const;
  return { mechanism: names[mechanism], username, password };
}

/** Settles as `work` does, or rejects with the signal's reason; `work` then ends by its own time limit, unheard. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
