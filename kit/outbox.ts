import { stampEvent } from "./headers.ts";
import { keyOf } from "./key.ts";
import type { Envelope } from "./message.ts";
import { bucketFor } from "./partition.ts";
import type { SqlClient } from "./sql-client.ts";

/** An event for the outbox: who writes it and what kind of thing it is about (Debezium's `aggregatetype`). */
export type OutboxEnvelope<T> = Envelope<T> & { service: string; aggregateType: string };

/** The row that {@link enqueue} wrote: `id` is the event id. */
export interface Enqueued {
  id: string;
  seq: bigint;
}

/**
 * Writes an event into `outbox` in the caller's transaction: it is published if and only if that commits. Order per
 * key is that of the rows, so writers of one key must be serialised (lock the aggregate's row first).
 * @throws MissingKeyError for a keyed event without a key.
 */
export async function enqueue<T>(tx: SqlClient, envelope: OutboxEnvelope<T>): Promise<Enqueued> {
  const key = keyOf(envelope);
  const { eventId, headers } = stampEvent(envelope, envelope.service, Date.now());
  const written = await tx.query(
    `INSERT INTO outbox (id, aggregatetype, aggregateid, type, topic, headers, payload, bucket)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING seq`,
    [
      eventId,
      envelope.aggregateType,
      key,
      envelope.event.topic,
      envelope.event.topic,
      JSON.stringify(headers),
      JSON.stringify(envelope.payload),
      bucketFor(key ?? eventId),
    ],
  );
  const row = written.rows[0] as { seq: string } | undefined;
  if (!row) throw new Error(`The outbox returned no row for event ${eventId}`);
  return { id: eventId, seq: BigInt(row.seq) };
}

/** Removes rows sent more than `keptDays` ago and returns how many. Call it from a timer. */
export async function forgetSent(client: SqlClient, keptDays = 7): Promise<number> {
  const gone = await client.query(
    "DELETE FROM outbox WHERE sent_at < clock_timestamp() - make_interval(days => $1)",
    [keptDays],
  );
  return gone.rowCount ?? 0;
}
