import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { CONNECT_TIMEOUT_MS, type Sql } from "#lib/adapters/db/client.ts";
import type { Log } from "#lib/log.ts";

const CHANNEL = "sluice_hint";
const RETRY_MS = 2_000;
/** A connection that was cut silently is noticed by this question. */
const PROBE_MS = 15_000;

/** A hint says that something of a feature changed; it never carries the data. */
export interface Hint {
  readonly feature:
    "clusters" | "brokers" | "topics" | "groups" | "dead-letters" | "jobs" | "sagas" | "access";
  readonly cluster: string | null;
  readonly id: string | null;
}

/** HintStore tells hints; they reach listeners when the transaction commits. */
export interface HintStore {
  notify(hints: readonly Hint[]): Promise<void>;
}

/** hintStore makes a {@link HintStore}. */
export function hintStore(sql: Sql): HintStore {
  return {
    async notify(hints) {
      const payloads = hints.map((hint) => JSON.stringify(hint));
      await sql.$executeRaw`SELECT pg_notify(${CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS r(payload)`;
    },
  };
}

/** A running LISTEN. */
export interface HintListener {
  /** Whether hints arrive now. */
  readonly listening: boolean;
  close(): Promise<void>;
}

/**
 * listenForHints hands every hint to `onHint`, over a connection of its own that is opened again after it broke.
 * `onGap` is called each time the connection is there (again): hints may have been missed before. Never throws.
 */
export function listenForHints({
  url,
  onHint,
  onGap,
  log,
}: {
  url: string;
  onHint: (hint: Hint) => void;
  onGap: () => void;
  log: Log;
}): HintListener {
  const ended = new AbortController();
  let listening = false;
  const onReady = (): void => {
    listening = true;
    onGap();
  };
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      try {
        await listenOnce(url, { signal: ended.signal, onHint, onReady });
      } catch (error) {
        log.warn(
          { reason: error instanceof Error ? error.message : "unknown" },
          "live hints are interrupted",
        );
      }
      listening = false;
      await delay(RETRY_MS, undefined, { signal: ended.signal }).catch(() => undefined); // Closing cuts the wait short.
    }
  };
  const running = run();
  return {
    get listening() {
      return listening;
    },
    async close() {
      ended.abort();
      await running;
    },
  };
}

/** Listens until the signal ends it or the connection breaks. */
async function listenOnce(
  url: string,
  { signal, onHint, onReady }: { signal: AbortSignal; onHint: (hint: Hint) => void; onReady: () => void },
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: "sluice-hints",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  const broken = new Promise<Error | null>((resolve) => {
    client.on("error", resolve);
    client.on("end", () => resolve(null));
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  client.on("notification", ({ payload }) => {
    const hint = hintOf(payload);
    if (hint !== null) onHint(hint);
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    onReady();
    await probeUntil(client, broken);
  } finally {
    // The server may be gone: closing then fails, and there is nothing left to close.
    await client.end().catch(() => undefined);
  }
}

async function probeUntil(client: Client, broken: Promise<Error | null>): Promise<void> {
  for (;;) {
    const timer = new AbortController();
    const quiet = delay(PROBE_MS, "quiet" as const, { signal: timer.signal }).catch(() => "quiet" as const);
    const outcome = await Promise.race([broken, quiet]);
    timer.abort();
    if (outcome === null) return;
    if (outcome !== "quiet") throw outcome;
    await client.query("SELECT 1");
  }
}

/** Reads a notification; what is not a hint is none: anyone may NOTIFY on the channel. */
function hintOf(payload: string | undefined): Hint | null {
  const match =
    /^\{"feature":"(clusters|brokers|topics|groups|dead-letters|jobs|sagas|access)","cluster":/.exec(
      payload ?? "",
    );
  if (match === null || payload === undefined) return null;
  try {
    const { feature, cluster, id } = JSON.parse(payload) as Hint;
    return {
      feature,
      cluster: typeof cluster === "string" ? cluster : null,
      id: typeof id === "string" ? id : null,
    };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
