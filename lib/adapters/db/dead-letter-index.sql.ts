import { numberArray, textArray, timeArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import type { TwinKey } from "#lib/domain/dead-letters/states.ts";
import { Prisma } from "#prisma/generated/client.ts";

// One statement for any number of rows. Rows go in as one array a column, written as PostgreSQL's own text: of the
// forms that were measured (arrays, one JSON text) it costs both sides the least.

/** A row as it is inserted, every value within what its column holds. */
export interface InsertedRow {
  partition: number;
  offset: bigint;
  causeRef: number;
  at: number;
  originTopic: string | null;
  originPartition: number | null;
  originOffset: bigint | null;
  originAt: number | null;
  fromTopic: string | null;
  fromPartition: number | null;
  fromOffset: bigint | null;
  fromAt: number | null;
  attempts: number | null;
  exception: string | null;
  message: string | null;
  eventId: string | null;
  key: string | null;
  keyHash: bigint | null;
  valueBytes: number | null;
  pointer: boolean;
  hops: number;
  redriveId: string | null;
  twinPartition: number | null;
  twinOffset: bigint | null;
}

/** Whether a topic has rows at some offsets or behind them, by partition: a probe of the key each. */
export async function hasRowsFrom(
  sql: Sql,
  topicRef: number,
  offsets: ReadonlyMap<number, bigint>,
): Promise<boolean> {
  const found = await sql.$queryRaw<{ nth: number }[]>`
    SELECT 1 AS nth FROM unnest(${numberArray([...offsets.keys()])}::int[],
      ${numberArray([...offsets.values()])}::bigint[]) AS r(partition, record_offset)
    CROSS JOIN LATERAL (SELECT 1 FROM dead_letter d WHERE d.topic_ref = ${topicRef}
      AND d.partition = r.partition AND d.record_offset >= r.record_offset LIMIT 1) AS d
    LIMIT 1`;
  return found.length > 0;
}

/**
 * Inserts rows of one topic; answers how many were not there yet. Where none can be there (`fresh`) a row is not looked
 * for before it is inserted, and one that is there after all is an error. Instants go in as numbers, which are quicker
 * to read, and columns are unnested side by side: as one function they would be stored before they are inserted.
 */
export async function insertRows(
  sql: Sql,
  {
    topicRef,
    rows,
    at,
    fresh,
  }: { topicRef: number; rows: readonly InsertedRow[]; at: number; fresh: boolean },
): Promise<number> {
  const conflict = fresh ? Prisma.empty : Prisma.sql`ON CONFLICT DO NOTHING`;
  const numbers = (of: (row: InsertedRow) => bigint | number | null): string => numberArray(rows.map(of));
  const texts = (of: (row: InsertedRow) => string | null): string => textArray(rows.map(of));
  return sql.$executeRaw`
    INSERT INTO dead_letter (topic_ref, state_at, partition, record_offset, cause_ref, at, origin_topic,
      origin_partition, origin_offset, origin_at, from_topic, from_partition, from_offset, from_at, attempts, exception,
      message, event_id, key, key_hash, value_bytes, pointer, hops, redrive_id, twin_partition, twin_offset)
    SELECT ${topicRef}::int, ${new Date(at).toISOString()}::timestamptz, r.partition, r.record_offset, r.cause_ref,
      to_timestamp(r.at / 1000.0::float8), r.origin_topic, r.origin_partition, r.origin_offset,
      to_timestamp(r.origin_at / 1000.0::float8), r.from_topic, r.from_partition, r.from_offset,
      to_timestamp(r.from_at / 1000.0::float8), r.attempts, r.exception, r.message, r.event_id, r.key, r.key_hash,
      r.value_bytes, r.pointer, r.hops, r.redrive_id, r.twin_partition, r.twin_offset
    FROM (SELECT
      unnest(${numbers((row) => row.partition)}::int[]) AS partition,
      unnest(${numbers((row) => row.offset)}::bigint[]) AS record_offset,
      unnest(${numbers((row) => row.causeRef)}::int[]) AS cause_ref,
      unnest(${numbers((row) => row.at)}::bigint[]) AS at,
      unnest(${texts((row) => row.originTopic)}::text[]) AS origin_topic,
      unnest(${numbers((row) => row.originPartition)}::int[]) AS origin_partition,
      unnest(${numbers((row) => row.originOffset)}::bigint[]) AS origin_offset,
      unnest(${numbers((row) => row.originAt)}::bigint[]) AS origin_at,
      unnest(${texts((row) => row.fromTopic)}::text[]) AS from_topic,
      unnest(${numbers((row) => row.fromPartition)}::int[]) AS from_partition,
      unnest(${numbers((row) => row.fromOffset)}::bigint[]) AS from_offset,
      unnest(${numbers((row) => row.fromAt)}::bigint[]) AS from_at,
      unnest(${numbers((row) => row.attempts)}::int[]) AS attempts,
      unnest(${texts((row) => row.exception)}::text[]) AS exception,
      unnest(${texts((row) => row.message)}::text[]) AS message,
      unnest(${texts((row) => row.eventId)}::text[]) AS event_id,
      unnest(${texts((row) => row.key)}::text[]) AS key,
      unnest(${numbers((row) => row.keyHash)}::bigint[]) AS key_hash,
      unnest(${numbers((row) => row.valueBytes)}::int[]) AS value_bytes,
      unnest(${textArray(rows.map((row) => (row.pointer ? "t" : "f")))}::bool[]) AS pointer,
      unnest(${numbers((row) => row.hops)}::int[]) AS hops,
      unnest(${texts((row) => row.redriveId)}::text[]) AS redrive_id,
      unnest(${numbers((row) => row.twinPartition)}::int[]) AS twin_partition,
      unnest(${numbers((row) => row.twinOffset)}::bigint[]) AS twin_offset) AS r
    ${conflict}`;
}

/** A cause with what a batch saw of it; texts as PostgreSQL can hold them. */
export interface TouchedCause {
  id: string;
  causeClass: string | null;
  frame: string | null;
  message: string | null;
  sourceTopic: string | null;
  group: string | null;
  eventType: string | null;
  dialect: string;
  stack: string | null;
  stackTopic: string;
  firstSeenAt: number;
  lastSeenAt: number;
}

/** Adds causes, or notes when they were seen; answers the numbers of their rows. */
export async function touchCauses(
  sql: Sql,
  cluster: string,
  causes: readonly TouchedCause[],
): Promise<{ id: string; ref: number; keyCount: number }[]> {
  const texts = (of: (cause: TouchedCause) => string | null): string => textArray(causes.map(of));
  return sql.$queryRaw`
    INSERT INTO dead_letter_cause AS held (cluster, cause_id, cause_class, frame, message, source_topic, group_id,
      event_type, dialect, stack, stack_topic, first_seen_at, last_seen_at)
    SELECT ${cluster}, r.* FROM unnest(${texts((each) => each.id)}::uuid[], ${texts((each) => each.causeClass)}::text[],
      ${texts((each) => each.frame)}::text[], ${texts((each) => each.message)}::text[],
      ${texts((each) => each.sourceTopic)}::text[], ${texts((each) => each.group)}::text[],
      ${texts((each) => each.eventType)}::text[], ${texts((each) => each.dialect)}::text[],
      ${texts((each) => each.stack)}::text[], ${texts((each) => each.stackTopic)}::text[],
      ${timeArray(causes.map((each) => each.firstSeenAt))}::timestamptz[],
      ${timeArray(causes.map((each) => each.lastSeenAt))}::timestamptz[]) AS r
    ON CONFLICT (cluster, cause_id) DO UPDATE SET
      first_seen_at = least(held.first_seen_at, EXCLUDED.first_seen_at),
      last_seen_at = greatest(held.last_seen_at, EXCLUDED.last_seen_at),
      stack_topic = CASE WHEN held.stack IS NULL THEN EXCLUDED.stack_topic ELSE held.stack_topic END,
      stack = coalesce(held.stack, EXCLUDED.stack)
    RETURNING cause_id::text AS id, id AS ref, key_count AS "keyCount"`;
}

/** Dead letters of a cause in a topic: a change of a tally. */
export interface TallyChange {
  causeRef: number;
  topicRef: number;
  state: string;
  count: number;
}

/** Adds to tallies, in the order of their keys, so that no two writers wait for each other. */
export async function addTallies(sql: Sql, changes: readonly TallyChange[]): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO dead_letter_tally AS held (cause_ref, topic_ref, state, count)
    SELECT * FROM unnest(${numberArray(changes.map((each) => each.causeRef))}::int[],
      ${numberArray(changes.map((each) => each.topicRef))}::int[],
      ${textArray(changes.map((each) => each.state))}::text[],
      ${numberArray(changes.map((each) => each.count))}::bigint[]) AS r(cause, topic, state, count)
    ORDER BY 1, 2, 3
    ON CONFLICT (cause_ref, topic_ref, state) DO UPDATE SET count = held.count + EXCLUDED.count`;
}

/** Arrivals of one step of time. */
export interface ArrivalChange {
  causeRef: number;
  stepS: number;
  at: number;
  topicRef: number;
  count: number;
}

/** Adds to the arrivals of steps of time. */
export async function addArrivals(sql: Sql, changes: readonly ArrivalChange[]): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO dead_letter_arrival AS held (cause_ref, step_s, at, topic_ref, count)
    SELECT * FROM unnest(${numberArray(changes.map((each) => each.causeRef))}::int[],
      ${numberArray(changes.map((each) => each.stepS))}::int[],
      ${timeArray(changes.map((each) => each.at))}::timestamptz[],
      ${numberArray(changes.map((each) => each.topicRef))}::int[],
      ${numberArray(changes.map((each) => each.count))}::bigint[])
    ON CONFLICT (cause_ref, step_s, at, topic_ref) DO UPDATE SET count = held.count + EXCLUDED.count`;
}

/** Dead letters of one key of a cause. */
export interface KeyChange {
  causeRef: number;
  keyHash: bigint;
  key: string | null;
  topicRef: number;
  count: number;
}

/** Adds to the keys of causes: known ones always, new ones while the cause has fewer than `limit`. */
export async function addKeys(sql: Sql, changes: readonly KeyChange[], limit: number): Promise<void> {
  await sql.$executeRaw`
    WITH given AS MATERIALIZED (SELECT * FROM unnest(${numberArray(changes.map((each) => each.causeRef))}::int[],
        ${numberArray(changes.map((each) => each.keyHash))}::bigint[],
        ${textArray(changes.map((each) => each.key))}::text[],
        ${numberArray(changes.map((each) => each.topicRef))}::int[],
        ${numberArray(changes.map((each) => each.count))}::bigint[]) AS r(cause, hash, key, topic, count)),
      known AS (UPDATE dead_letter_key k SET count = k.count + g.count FROM given g
        WHERE k.cause_ref = g.cause AND k.key_hash = g.hash RETURNING k.cause_ref, k.key_hash),
      unknown AS (SELECT g.*, row_number() OVER (PARTITION BY g.cause ORDER BY g.count DESC, g.hash) AS nth
        FROM given g LEFT JOIN known k ON k.cause_ref = g.cause AND k.key_hash = g.hash WHERE k.cause_ref IS NULL),
      added AS (INSERT INTO dead_letter_key (cause_ref, key_hash, key, topic_ref, count)
        SELECT u.cause, u.hash, u.key, u.topic, u.count FROM unknown u JOIN dead_letter_cause c ON c.id = u.cause
        WHERE u.nth <= ${limit}::int - c.key_count RETURNING cause_ref)
    UPDATE dead_letter_cause c SET key_count = c.key_count + a.count
    FROM (SELECT cause_ref, count(*)::int AS count FROM added GROUP BY 1) AS a WHERE c.id = a.cause_ref`;
}

/** The first row of each failure that has one in the topic, by the number of the question from 1. */
export async function selectTwins(
  sql: Sql,
  topicRef: number,
  asked: readonly TwinKey[],
): Promise<{ nth: bigint; partition: number; offset: bigint }[]> {
  return sql.$queryRaw`
    SELECT r.nth, d.partition, d.record_offset AS "offset"
    FROM unnest(${textArray(asked.map((each) => each.topic))}::text[],
      ${numberArray(asked.map((each) => each.partition))}::int[],
      ${numberArray(asked.map((each) => each.offset))}::bigint[],
      ${textArray(asked.map((each) => each.group))}::text[],
      ${textArray(asked.map((each) => each.eventId))}::text[])
      WITH ORDINALITY AS r(topic, partition, record_offset, "group", event, nth)
    CROSS JOIN LATERAL (SELECT d.partition, d.record_offset FROM dead_letter d
      JOIN dead_letter_cause c ON c.id = d.cause_ref
      WHERE d.topic_ref = ${topicRef} AND d.from_partition = r.partition AND d.from_offset = r.record_offset
        AND d.from_topic = r.topic AND c.group_id = r."group" AND d.event_id = r.event
        AND d.twin_offset IS NULL
      ORDER BY d.seq LIMIT 1) AS d`;
}

/** The last copy of each partition whose failure has a row: what lies behind it can have no twin yet. */
export async function selectLastFailed(
  sql: Sql,
  topicRef: number,
): Promise<{ topic: string; partition: number; offset: bigint }[]> {
  return sql.$queryRaw`
    SELECT from_topic AS topic, from_partition AS partition, max(from_offset) AS "offset" FROM dead_letter
    WHERE topic_ref = ${topicRef} AND from_topic IS NOT NULL AND from_partition IS NOT NULL
      AND from_offset IS NOT NULL
    GROUP BY 1, 2`;
}

/** Moves the positions of a topic from where they stood; false when they stood elsewhere. */
export async function movePositions(
  sql: Sql,
  {
    topicRef,
    from,
    to,
    counted,
  }: { topicRef: number; from: readonly bigint[]; to: readonly bigint[]; counted: number },
): Promise<boolean> {
  const moved = await sql.$executeRaw`
    UPDATE dead_letter_topic SET next_offsets = ${numberArray(to)}::bigint[],
      flood_counted = flood_counted + ${counted}::bigint
    WHERE id = ${topicRef} AND next_offsets = ${numberArray(from)}::bigint[]`;
  return moved === 1;
}

/** Counts the rows of a topic anew. */
export async function recountTopic(sql: Sql, topicRef: number): Promise<void> {
  await sql.$executeRaw`DELETE FROM dead_letter_tally WHERE topic_ref = ${topicRef}`;
  await sql.$executeRaw`
    INSERT INTO dead_letter_tally (cause_ref, topic_ref, state, count)
    SELECT cause_ref, topic_ref, state, count(*) FROM dead_letter
    WHERE topic_ref = ${topicRef} AND twin_offset IS NULL GROUP BY 1, 2, 3`;
}
