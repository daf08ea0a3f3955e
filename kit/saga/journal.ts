import type { SqlClient } from "../sql-client.ts";
import type { JournalEntry, Saga } from "./saga.ts";

/** Late and repeated answers that the journal of one saga keeps: a participant that never stops must not fill it. */
const MISSED_REPLIES_KEPT = 20;

/** Appends to a saga's journal, in order, one statement for all. */
export async function appendJournal(
  tx: SqlClient,
  { type, id, version }: Pick<Saga, "type" | "id" | "version">,
  entries: readonly JournalEntry[],
): Promise<void> {
  const column = (of: (entry: JournalEntry) => unknown): unknown[] =>
    entries.map((entry) => of(entry) ?? null);
  await tx.query(
    `INSERT INTO saga_journal (saga_type, saga_id, version, kind, step, topic, event_id, data, detail, actor)
     SELECT $1, $2, $3, e.kind, e.step, e.topic, e.event_id, e.data, e.detail, e.actor
     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::text[])
       WITH ORDINALITY AS e(kind, step, topic, event_id, data, detail, actor, place)
     ORDER BY e.place`,
    [
      ...[type, id, version],
      ...[column(({ kind }) => kind), column(({ step }) => step), column(({ topic }) => topic)],
      ...[
        column(({ eventId }) => eventId),
        column(({ data }) => (data === undefined ? null : JSON.stringify(data))),
      ],
      ...[column(({ detail }) => detail), column(({ actor }) => actor)],
    ],
  );
}

/** Appends a late or repeated answer, as long as the journal holds fewer than 20 of them; true if it did. */
export async function noteMissedReply(tx: SqlClient, saga: Saga, entry: JournalEntry): Promise<boolean> {
  const found = await tx.query(
    `SELECT count(*)::int AS n FROM saga_journal
     WHERE saga_type = $1 AND saga_id = $2 AND kind IN ('duplicate', 'late')`,
    [saga.type, saga.id],
  );
  const { n } = (found.rows[0] as { n: number } | undefined) ?? { n: 0 };
  if (n >= MISSED_REPLIES_KEPT) return false;
  await appendJournal(tx, saga, [entry]);
  return true;
}
