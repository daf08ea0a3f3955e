import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { causeConditions, type DeadLetterFilter } from "#lib/adapters/db/dead-letters.sql.ts";
import { keyValues, orderBy, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import type { FailureVerdict } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A row of dead_letter_cause with its tallies. */
export interface CauseListRow {
  ref: number;
  id: string;
  causeClass: string | null;
  frame: string | null;
  message: string | null;
  sourceTopic: string | null;
  group: string | null;
  eventType: string | null;
  dialect: string;
  firstSeen: Date;
  lastSeen: Date;
  keyCount: number;
  verdict: string;
  sentence: string;
  note: string | null;
  owner: string | null;
  ticket: string | null;
  topics: string[];
  /** A number by state. */
  counts: unknown;
  /** The place of the newest open row, else of the newest. */
  typicalTopic: number | null;
  typicalPartition: number | null;
  typicalOffset: bigint | null;
  keys: (string | number)[];
}

const iso = (at: number): string => new Date(at).toISOString();

/** Causes with their tallies, to be used as the sub-select `c`; one that has no row any more has none. */
const causes = (filter: DeadLetterFilter): Prisma.Sql => Prisma.sql`
  SELECT c.*, coalesce(y.open, 0) AS open, coalesce(y.counts, '{}'::jsonb) AS counts, coalesce(y.topics, '{}') AS topics
  FROM dead_letter_cause c
  LEFT JOIN LATERAL (
    SELECT sum(s.count) FILTER (WHERE s.state = 'open') AS open, jsonb_object_agg(s.state, s.count) AS counts,
      (SELECT array_agg(DISTINCT t.topic) FROM dead_letter_tally y JOIN dead_letter_topic t ON t.id = y.topic_ref
        WHERE y.cause_ref = c.id AND y.count > 0) AS topics
    FROM (SELECT y.state, sum(y.count) AS count FROM dead_letter_tally y WHERE y.cause_ref = c.id AND y.count > 0
      GROUP BY 1) AS s) AS y ON true
  WHERE ${causeConditions(filter)}`;

/** Conditions on a cause `c` with its tallies that a filter makes beside those on its own words. */
function talliedConditions({ state, topic }: DeadLetterFilter): Prisma.Sql {
  const parts = [Prisma.sql`true`];
  if (state !== undefined) parts.push(Prisma.sql`c.counts ? ${state}`);
  if (topic !== undefined) parts.push(Prisma.sql`${topic} = ANY (c.topics)`);
  return Prisma.join(parts, " AND ");
}

/** Causes that match a filter, in the order of `keys`, which name columns of `c`. */
export async function selectCauses(
  sql: Sql,
  {
    filter,
    page,
    keys,
    limit,
  }: { filter: DeadLetterFilter; page: Prisma.Sql; keys: readonly SortKey[]; limit: number },
): Promise<CauseListRow[]> {
  return sql.$queryRaw`
    WITH page AS MATERIALIZED (SELECT c.*, ${keyValues(keys)} AS keys FROM (${causes(filter)}) AS c
      WHERE ${talliedConditions(filter)} AND ${page} ORDER BY ${orderBy(keys)} LIMIT ${limit})
    SELECT c.id AS ref, c.cause_id::text AS id, c.cause_class AS "causeClass", c.frame, c.message,
      c.source_topic AS "sourceTopic", c.group_id AS "group", c.event_type AS "eventType", c.dialect,
      c.first_seen_at AS "firstSeen", c.last_seen_at AS "lastSeen", c.key_count AS "keyCount", c.verdict,
      c.verdict_sentence AS sentence, c.note, c.owner, c.ticket, c.topics, c.counts, c.keys,
      d.topic_ref AS "typicalTopic", d.partition AS "typicalPartition", d.record_offset AS "typicalOffset"
    FROM page c
    LEFT JOIN LATERAL (
      SELECT n.* FROM (SELECT DISTINCT y.state FROM dead_letter_tally y WHERE y.cause_ref = c.id AND y.count > 0) AS s
      CROSS JOIN LATERAL (SELECT d.topic_ref, d.partition, d.record_offset, d.state, d.at, d.seq FROM dead_letter d
        WHERE d.cause_ref = c.id AND d.state = s.state AND d.twin_offset IS NULL
        ORDER BY d.at DESC, d.seq DESC LIMIT 1) AS n
      ORDER BY n.state = 'open' DESC, n.at DESC, n.seq DESC LIMIT 1) AS d ON true
    ORDER BY ${orderBy(keys)}`;
}

/** Dead letters of a cluster by state. */
export async function selectTotals(sql: Sql, cluster: string): Promise<{ state: string; count: bigint }[]> {
  return sql.$queryRaw`
    SELECT y.state, sum(y.count)::bigint AS count FROM dead_letter_tally y
    JOIN dead_letter_topic t ON t.id = y.topic_ref WHERE t.cluster = ${cluster} GROUP BY 1`;
}

/** Arrivals of steps of time. */
export interface ArrivalRow {
  ref: number;
  at: Date;
  count: bigint;
}

/** Arrivals of causes in steps of `stepS` seconds from an instant on. */
export async function selectArrivals(
  sql: Sql,
  { refs, stepS, fromAt }: { refs: readonly number[]; stepS: number; fromAt: number },
): Promise<ArrivalRow[]> {
  return sql.$queryRaw`
    SELECT cause_ref AS ref, at, sum(count)::bigint AS count FROM dead_letter_arrival
    WHERE cause_ref = ANY (${numberArray(refs)}::int[]) AND step_s = ${stepS} AND at >= ${iso(fromAt)}::timestamptz
    GROUP BY 1, 2 ORDER BY 1, 2`;
}

/** Arrivals of all causes that match a filter, in steps of `stepMs` aligned to `fromAt`. */
export async function selectHistory(
  sql: Sql,
  filter: DeadLetterFilter,
  { fromAt, toAt, stepMs }: { fromAt: number; toAt: number; stepMs: number },
): Promise<{ step: number; count: bigint }[]> {
  const ofTopic =
    filter.topic === undefined
      ? Prisma.empty
      : Prisma.sql`AND a.topic_ref IN (SELECT t.id FROM dead_letter_topic t
          WHERE t.cluster = ${filter.cluster} AND t.topic = ${filter.topic})`;
  return sql.$queryRaw`
    SELECT floor(extract(epoch FROM a.at - ${iso(fromAt)}::timestamptz) * 1000 / ${stepMs}::float8)::int AS step,
      sum(a.count)::bigint AS count
    FROM dead_letter_arrival a
    WHERE a.step_s = 60 AND a.at >= ${iso(fromAt)}::timestamptz AND a.at < ${iso(toAt)}::timestamptz
      AND a.cause_ref IN (SELECT c.id FROM dead_letter_cause c WHERE ${causeConditions(filter)}) ${ofTopic}
    GROUP BY 1 ORDER BY 1`;
}

/** The keys of a cause with the most dead letters that have their text. */
export async function selectTopKeys(
  sql: Sql,
  ref: number,
  limit: number,
): Promise<{ key: string; topic: string; count: bigint }[]> {
  return sql.$queryRaw`
    SELECT k.key, t.topic, k.count FROM dead_letter_key k JOIN dead_letter_topic t ON t.id = k.topic_ref
    WHERE k.cause_ref = ${ref} AND k.key IS NOT NULL ORDER BY k.count DESC, k.key LIMIT ${limit}`;
}

/** How the keys of a cause are spread: how many dead letters the keys that are counted have, and the busiest of them. */
export async function selectKeySpread(
  sql: Sql,
  refs: readonly number[],
): Promise<{ ref: number; total: bigint; most: bigint }[]> {
  return sql.$queryRaw`
    SELECT cause_ref AS ref, sum(count)::bigint AS total, max(count) AS most FROM dead_letter_key
    WHERE cause_ref = ANY (${numberArray(refs)}::int[]) GROUP BY 1`;
}

/** Writes verdicts that differ from those that stand. */
export async function updateVerdicts(
  sql: Sql,
  verdicts: readonly { ref: number; verdict: FailureVerdict }[],
): Promise<number> {
  return sql.$executeRaw`
    UPDATE dead_letter_cause c SET verdict = r.kind, verdict_sentence = r.sentence,
      trouble_rank = CASE r.kind WHEN 'outage' THEN 0 ELSE 1 END
    FROM unnest(${numberArray(verdicts.map((each) => each.ref))}::int[],
      ${textArray(verdicts.map((each) => each.verdict.kind))}::text[],
      ${textArray(verdicts.map((each) => each.verdict.sentence))}::text[]) AS r(ref, kind, sentence)
    WHERE c.id = r.ref AND (c.verdict, c.verdict_sentence) IS DISTINCT FROM (r.kind, r.sentence)`;
}

/** Deletes causes last seen before an instant that have no row left and nothing that people wrote. */
export async function deleteEmptyCauses(sql: Sql, cluster: string, beforeAt: number): Promise<number> {
  const rows: { count: bigint }[] = await sql.$queryRaw`
    WITH gone AS (DELETE FROM dead_letter_cause c WHERE c.cluster = ${cluster}
        AND c.last_seen_at < ${iso(beforeAt)}::timestamptz
        AND coalesce(c.note, c.owner, c.ticket) IS NULL
        AND NOT EXISTS (SELECT 1 FROM dead_letter_tally y WHERE y.cause_ref = c.id AND y.count > 0)
      RETURNING id),
      tallies AS (DELETE FROM dead_letter_tally WHERE cause_ref IN (SELECT id FROM gone)),
      arrivals AS (DELETE FROM dead_letter_arrival WHERE cause_ref IN (SELECT id FROM gone)),
      keys AS (DELETE FROM dead_letter_key WHERE cause_ref IN (SELECT id FROM gone))
    SELECT count(*) AS count FROM gone`;
  return Number(rows[0]?.count ?? 0n);
}

/** Deletes arrivals of a step before an instant, a bounded number; answers how many. */
export async function deleteArrivals(
  sql: Sql,
  { stepS, beforeAt, limit }: { stepS: number; beforeAt: number; limit: number },
): Promise<number> {
  return sql.$executeRaw`
    DELETE FROM dead_letter_arrival WHERE ctid = ANY (ARRAY(SELECT ctid FROM dead_letter_arrival
      WHERE step_s = ${stepS} AND at < ${iso(beforeAt)}::timestamptz LIMIT ${limit}))`;
}
