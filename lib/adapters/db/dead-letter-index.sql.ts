import { numberArray, textArray, timeArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import type { TwinKey } from "#lib/domain/dead-letters/states.ts";

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

/** Inserts rows of one topic; answers how many were not there yet. */
export async function insertRows(
  sql: Sql,
  { topicRef, rows, at }: { topicRef: number; rows: readonly InsertedRow[]; at: number },
): Promise<number> {
  const numbers = (of: (row: InsertedRow) => bigint | number | null): string => numberArray(rows.map(of));
  const times = (of: (row: InsertedRow) => number | null): string => timeArray(rows.map(of));
  const texts = (of: (row: InsertedRow) => string | null): string => textArray(rows.map(of));
  return sql.$executeRaw`
    INSERT INTO dead_letter (topic_ref, state_at, partition, record_offset, cause_ref, at, origin_topic,
      origin_partition, origin_offset, origin_at, from_topic, from_partition, from_offset, from_at, attempts, exception,
      message, event_id, key, key_hash, value_bytes, pointer, hops, redrive_id, twin_partition, twin_offset)
    SELECT ${topicRef}::int, ${new Date(at).toISOString()}::timestamptz, r.* FROM unnest(
      ${numbers((row) => row.partition)}::int[], ${numbers((row) => row.offset)}::bigint[],
      ${numbers((row) => row.causeRef)}::int[], ${times((row) => row.at)}::timestamptz[],
      ${texts((row) => row.originTopic)}::text[], ${numbers((row) => row.originPartition)}::int[],
      ${numbers((row) => row.originOffset)}::bigint[], ${times((row) => row.originAt)}::timestamptz[],
      ${texts((row) => row.fromTopic)}::text[], ${numbers((row) => row.fromPartition)}::int[],
      ${numbers((row) => row.fromOffset)}::bigint[], ${times((row) => row.fromAt)}::timestamptz[],
      ${numbers((row) => row.attempts)}::int[], ${texts((row) => row.exception)}::text[],
      ${texts((row) => row.message)}::text[], ${texts((row) => row.eventId)}::text[],
      ${texts((row) => row.key)}::text[], ${numbers((row) => row.keyHash)}::bigint[],
      ${numbers((row) => row.valueBytes)}::int[], ${textArray(rows.map((row) => (row.pointer ? "t" : "f")))}::bool[],
      ${numbers((row) => row.hops)}::int[], ${texts((row) => row.redriveId)}::text[],
      ${numbers((row) => row.twinPartition)}::int[], ${numbers((row) => row.twinOffset)}::bigint[]) AS r
    ON CONFLICT DO NOTHING`;
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
