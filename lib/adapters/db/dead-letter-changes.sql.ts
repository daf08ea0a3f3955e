import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import type { DeadLetterPlace } from "#lib/adapters/db/dead-letter-id.ts";
import type { DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** How many rows a condition on `d` matches, by state, and the last of them in the order of indexing. */
export async function countRows(
  sql: Sql,
  where: Prisma.Sql,
): Promise<{ state: string; count: bigint; upTo: bigint }[]> {
  return sql.$queryRaw`
    SELECT d.state, count(*) AS count, max(d.seq) AS "upTo" FROM dead_letter d WHERE ${where} GROUP BY 1`;
}

/** The condition on `d` that it is one of these places of a cluster. */
export function placesCondition(cluster: string, places: readonly DeadLetterPlace[]): Prisma.Sql {
  return Prisma.sql`(d.topic_ref, d.partition, d.record_offset) IN (SELECT r.topic, r.partition, r.place FROM unnest(
      ${numberArray(places.map((each) => each.topicRef))}::int[],
      ${numberArray(places.map((each) => each.partition))}::int[],
      ${numberArray(places.map((each) => each.offset))}::bigint[]) AS r(topic, partition, place)
    JOIN dead_letter_topic t ON t.id = r.topic AND t.cluster = ${cluster})`;
}

/** A change of the state of rows. */
export interface StateChange {
  /** The condition on `d`. */
  where: Prisma.Sql;
  from: readonly DeadLetterState[];
  to: DeadLetterState;
  reason: string | null;
  at: number;
  limit: number;
  /** Whether rows that another transaction changes are waited for, or passed over. */
  locked: "wait" | "skip";
}

/** Changes at most `limit` rows with their tallies; answers how many came from which state, twins left out. */
export async function changeStates(
  sql: Sql,
  { where, from, to, reason, at, limit, locked }: StateChange,
): Promise<{ was: string; rows: bigint; counted: bigint }[]> {
  const skip = locked === "skip" ? Prisma.sql`SKIP LOCKED` : Prisma.empty;
  return sql.$queryRaw`
    WITH picked AS MATERIALIZED (SELECT d.topic_ref, d.partition, d.record_offset, d.state FROM dead_letter d
        WHERE ${where} AND d.state = ANY (${textArray(from)}::text[]) LIMIT ${limit} FOR UPDATE ${skip}),
      changed AS (UPDATE dead_letter d SET state = ${to}, state_at = ${iso(at)}::timestamptz, state_reason = ${reason}
        FROM picked p
        WHERE d.topic_ref = p.topic_ref AND d.partition = p.partition AND d.record_offset = p.record_offset
        RETURNING d.cause_ref, d.topic_ref, p.state AS was, d.twin_offset IS NULL AS counts),
      moved AS (INSERT INTO dead_letter_tally AS held (cause_ref, topic_ref, state, count)
        SELECT cause_ref, topic_ref, state, sum(n) FROM (
          SELECT cause_ref, topic_ref, was AS state, -1 AS n FROM changed WHERE counts
          UNION ALL SELECT cause_ref, topic_ref, ${to}, 1 FROM changed WHERE counts) AS m
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (cause_ref, topic_ref, state) DO UPDATE SET count = held.count + EXCLUDED.count)
    SELECT was, count(*) AS rows, count(*) FILTER (WHERE counts) AS counted FROM changed GROUP BY 1`;
}

/** Deletes expired rows of a topic whose state is older than `beforeAt`, at most `limit`; answers how many. */
export async function deleteExpired(
  sql: Sql,
  { topicRef, beforeAt, limit, twins }: { topicRef: number; beforeAt: number; limit: number; twins: boolean },
): Promise<number> {
  const which = twins ? Prisma.sql`d.twin_offset IS NOT NULL` : Prisma.sql`d.twin_offset IS NULL`;
  const rows: { count: bigint }[] = await sql.$queryRaw`
    WITH gone AS (DELETE FROM dead_letter WHERE state = 'expired' AND ctid = ANY (ARRAY(
        SELECT d.ctid FROM dead_letter d WHERE d.topic_ref = ${topicRef} AND d.state = 'expired' AND ${which}
          AND d.state_at < ${iso(beforeAt)}::timestamptz LIMIT ${limit}))
      RETURNING cause_ref, topic_ref, twin_offset IS NULL AS counts),
    less AS (UPDATE dead_letter_tally y SET count = y.count - g.n
      FROM (SELECT cause_ref, topic_ref, count(*) AS n FROM gone WHERE counts GROUP BY 1, 2) AS g
      WHERE y.cause_ref = g.cause_ref AND y.topic_ref = g.topic_ref AND y.state = 'expired')
    SELECT count(*) AS count FROM gone`;
  return Number(rows[0]?.count ?? 0n);
}
