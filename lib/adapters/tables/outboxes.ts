import type { Pool } from "pg";
import type { OutboxLookup, UnsentEvent } from "#lib/adapters/tables/outbox-lookup.ts";
import { codeOf, openReadOnlyPool } from "#lib/adapters/tables/read-only-pool.ts";
import type { Log } from "#lib/log.ts";

/** How the users' databases are reached. `url` holds a password: it is never logged. */
interface OutboxOptions {
  readonly databases: readonly { readonly id: string; readonly url: string; readonly cluster: string }[];
  readonly log: Log;
}

/** A database that has no outbox, or does not answer, is left alone for a while, ms. */
const LEFT_ALONE_MS = 30_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Both branches are bound: by the unique index of ids, and by a limit on the partial index of what was not sent. */
const UNSENT = `
  SELECT id::text AS id, topic, headers ->> 'correlation-id' AS correlation, created_at, attempts FROM outbox
    WHERE sent_at IS NULL AND id = ANY ($1::uuid[])
  UNION
  SELECT u.id::text, u.topic, u.headers ->> 'correlation-id', u.created_at, u.attempts
    FROM (SELECT id, topic, headers, created_at, attempts FROM outbox WHERE sent_at IS NULL
      ORDER BY bucket, seq LIMIT 5000) AS u
    WHERE u.headers ->> 'correlation-id' = ANY ($2::text[])
  LIMIT 500`;

interface UnsentRow {
  id: string;
  topic: string;
  correlation: string | null;
  created_at: Date;
  attempts: number;
}

interface Source {
  readonly id: string;
  readonly cluster: string;
  readonly pool: Pool;
  /** `performance.now` before which it is not asked. */
  leftAloneUntil: number;
}

/**
 * openOutboxes reads the kit's `outbox` in the users' databases: read-only, two connections each, 2 s a statement. It
 * connects on first use.
 */
export function openOutboxes({ databases, log }: OutboxOptions): OutboxLookup {
  const sources: Source[] = databases.map(({ id, url, cluster }) => ({
    ...{ id, cluster, leftAloneUntil: 0 },
    pool: openReadOnlyPool({ id, url, log, settings: ["enable_seqscan=off", "jit=off"] }),
  }));
  return {
    async unsent({ cluster, eventIds, correlationIds }, signal) {
      const now = performance.now();
      const asked = sources.filter((each) => each.cluster === cluster && each.leftAloneUntil <= now);
      const values = [eventIds.filter((id) => UUID.test(id)), [...correlationIds]];
      const found = await Promise.all(asked.map((source) => unsentIn(source, values, { signal, log })));
      return found.flat();
    },
    async close() {
      await Promise.all(sources.map(({ pool }) => pool.end()));
    },
  };
}

async function unsentIn(
  source: Source,
  values: readonly (readonly string[])[],
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<UnsentEvent[]> {
  signal.throwIfAborted();
  try {
    const { rows } = await source.pool.query<UnsentRow>(UNSENT, [...values]);
    return rows.map(({ id, topic, correlation, created_at: createdAt, attempts }) => ({
      ...{ database: source.id, eventId: id, topic, correlationId: correlation, attempts },
      createdAt: createdAt.getTime(),
    }));
  } catch (error) {
    signal.throwIfAborted();
    // Whatever fails in a foreign database: its outbox tells nothing, and other evidence stands.
    source.leftAloneUntil = performance.now() + LEFT_ALONE_MS;
    log.debug({ database: source.id, code: codeOf(error) }, "an outbox could not be read");
    return [];
  }
}
