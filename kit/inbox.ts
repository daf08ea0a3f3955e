import type { SqlClient } from "./sql-client.ts";

/** Which handling of which event; a reader group names its parent here. */
export interface InboxEntry {
  group: string;
  eventId: string;
}

/** The work's result, or what an earlier handling left: its time and its result (null if it had none). */
export type Once<R> =
  { outcome: "done"; result: R } | { outcome: "duplicate"; processedAt: Date; result: unknown };

interface ProcessedRow {
  processed_at: Date;
  result: unknown;
}

/**
 * Does `work` once per group and event: marks the event in `processed_event` first, in the caller's transaction, so
 * that the mark and the work commit together. A second handling at the same time waits for the first transaction
 * and then finds the duplicate. The result is kept as JSON. Must run inside a transaction.
 */
export async function once<R>(tx: SqlClient, entry: InboxEntry, work: () => Promise<R>): Promise<Once<R>> {
  const keys = [entry.group, entry.eventId];
  const marked = await tx.query(
    `INSERT INTO processed_event (consumer_group, event_id, processed_at)
     VALUES ($1, $2, clock_timestamp()) ON CONFLICT (consumer_group, event_id) DO NOTHING`,
    keys,
  );
  if (marked.rowCount === 0) {
    const found = await tx.query(
      "SELECT processed_at, result FROM processed_event WHERE consumer_group = $1 AND event_id = $2",
      keys,
    );
    const row = found.rows[0] as ProcessedRow | undefined;
    if (!row) throw new Error(`The processed mark of event ${entry.eventId} vanished while it was read`);
    return { outcome: "duplicate", processedAt: row.processed_at, result: row.result };
  }
  const result = await work();
  if (result !== undefined && result !== null) {
    await tx.query("UPDATE processed_event SET result = $3 WHERE consumer_group = $1 AND event_id = $2", [
      ...keys,
      JSON.stringify(result),
    ]);
  }
  return { outcome: "done", result };
}

/**
 * Removes marks older than `inboxDays` (35 unless said, longer than any dead-letter topic keeps its records) and
 * returns how many. Call it from a timer, with any client.
 */
export async function forgetProcessed(client: SqlClient, inboxDays = 35): Promise<number> {
  const gone = await client.query(
    "DELETE FROM processed_event WHERE processed_at < clock_timestamp() - make_interval(days => $1)",
    [inboxDays],
  );
  return gone.rowCount ?? 0;
}
