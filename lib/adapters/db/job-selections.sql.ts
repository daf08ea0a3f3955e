import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import {
  behind,
  causeConditions,
  narrowsCauses,
  rangeConditions,
  topicsOf,
  type DeadLetterFilter,
  type ListPlace,
} from "#lib/adapters/db/dead-letters.sql.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** Rows of one cause, or of one topic, in one state: the index has them newest first. */
export interface SelectionStream {
  ref: number;
  state: string;
  count: bigint;
}

/** The streams that a filter reads, by the tallies; `count` has rows in topics that it does not mean too. */
export async function selectStreams(sql: Sql, filter: DeadLetterFilter): Promise<SelectionStream[]> {
  const ref = narrowsCauses(filter) ? Prisma.sql`y.cause_ref` : Prisma.sql`y.topic_ref`;
  const causes = narrowsCauses(filter)
    ? Prisma.sql`y.cause_ref IN (SELECT c.id FROM dead_letter_cause c WHERE ${causeConditions(filter)})`
    : Prisma.sql`y.topic_ref IN (${topicsOf(filter)})`;
  const state = filter.state === undefined ? Prisma.empty : Prisma.sql`AND y.state = ${filter.state}`;
  return sql.$queryRaw`
    SELECT ${ref} AS ref, y.state, sum(y.count)::bigint AS count FROM dead_letter_tally y
    WHERE ${causes} AND y.count > 0 ${state}
    GROUP BY 1, 2 HAVING bool_or(y.topic_ref IN (${topicsOf(filter)})) ORDER BY 1, 2`;
}

/** What was added to a selection, and what its new rows name. */
export interface AddedRows {
  rows: bigint;
  untold: bigint;
  topics: string[];
  /** Topics that the records came from, first and last. */
  origins: string[];
  groups: string[];
  /** Rows that were looked at, and the last of them. */
  scanned: bigint;
  lastAt: Date | null;
  lastSeq: bigint | null;
}

/** At most `limit` rows of each stream behind a place, of which those that the filter means are added. */
export async function insertStreams(
  sql: Sql,
  number: number,
  asked: {
    filter: DeadLetterFilter;
    upTo: bigint;
    streams: readonly SelectionStream[];
    after: ListPlace | null;
    limit: number;
  },
): Promise<AddedRows> {
  const { filter, upTo, streams, after, limit } = asked;
  const key = narrowsCauses(filter) ? Prisma.sql`d.cause_ref` : Prisma.sql`d.topic_ref`;
  // A cause may have rows in other topics too: they are looked at, and passed over.
  const topics = narrowsCauses(filter)
    ? Prisma.sql`AND p.topic_ref = ANY (ARRAY(${topicsOf(filter)}))`
    : Prisma.empty;
  return insertPicked(sql, number, {
    picked: Prisma.sql`SELECT d.* FROM unnest(${numberArray(streams.map(({ ref }) => ref))}::int[],
        ${textArray(streams.map(({ state }) => state))}::text[]) AS s(ref, state)
      CROSS JOIN LATERAL (SELECT d.* FROM dead_letter d WHERE ${key} = s.ref AND d.state = s.state
        AND ${rangeConditions(filter)} AND ${behind(after)} ORDER BY d.at DESC, d.seq DESC LIMIT ${limit}) AS d`,
    where: Prisma.sql`p.seq <= ${upTo}::bigint ${topics}`,
  });
}

/** Adds the rows that a condition on `d` picks. */
export const insertPlaces = (sql: Sql, number: number, where: Prisma.Sql): Promise<AddedRows> =>
  insertPicked(sql, number, {
    ...{ picked: Prisma.sql`SELECT d.* FROM dead_letter d WHERE ${where}`, where: Prisma.sql`true` },
  });

async function insertPicked(
  sql: Sql,
  number: number,
  { picked, where }: { picked: Prisma.Sql; where: Prisma.Sql },
): Promise<AddedRows> {
  const rows: AddedRows[] = await sql.$queryRaw`
    WITH picked AS MATERIALIZED (${picked}),
    chosen AS MATERIALIZED (SELECT p.*, t.topic,
        p.origin_topic IS NULL OR p.origin_partition IS NULL OR p.origin_offset IS NULL AS untold
      FROM picked p JOIN dead_letter_topic t ON t.id = p.topic_ref WHERE ${where}),
    added AS (INSERT INTO job_selection (job_number, untold, place_topic, place_partition, place_offset, topic_ref,
        partition, record_offset, cause_ref, key_hash)
      SELECT ${number}::int, untold, CASE WHEN untold THEN topic ELSE origin_topic END,
        CASE WHEN untold THEN partition ELSE origin_partition END,
        CASE WHEN untold THEN record_offset ELSE origin_offset END, topic_ref, partition, record_offset, cause_ref,
        key_hash
      FROM chosen ON CONFLICT DO NOTHING RETURNING untold),
    last AS (SELECT at, seq FROM picked ORDER BY at, seq LIMIT 1)
    SELECT (SELECT count(*) FROM added) AS rows, (SELECT count(*) FROM added WHERE untold) AS untold,
      ARRAY(SELECT DISTINCT topic FROM chosen) AS topics,
      ARRAY(SELECT DISTINCT o.topic FROM chosen c CROSS JOIN LATERAL (VALUES (c.origin_topic), (c.from_topic)) AS o(topic)
        WHERE o.topic IS NOT NULL) AS origins,
      ARRAY(SELECT DISTINCT c.group_id FROM dead_letter_cause c WHERE c.group_id IS NOT NULL
        AND c.id IN (SELECT cause_ref FROM chosen)) AS groups,
      (SELECT count(*) FROM picked) AS scanned, (SELECT at FROM last) AS "lastAt", (SELECT seq FROM last) AS "lastSeq"`;
  const [added] = rows;
  if (added === undefined) throw new Error("The database does not tell what it added.");
  return added;
}

/** A place in the order of a selection. */
export interface SelectionPlace {
  untold: boolean;
  placeTopic: string;
  placePartition: number;
  placeOffset: bigint;
  topicRef: number;
  partition: number;
  offset: bigint;
}

/** A row of a selection with its dead letter; `state` is null where that is forgotten. */
export interface SelectionRow extends SelectionPlace {
  topic: string;
  topicId: string;
  at: Date | null;
  originTopic: string | null;
  originPartition: number | null;
  originOffset: bigint | null;
  origin: Date | null;
  fromTopic: string | null;
  fromPartition: number | null;
  fromOffset: bigint | null;
  from: Date | null;
  group: string | null;
  state: string | null;
  keyHash: bigint | null;
  redriveId: string | null;
}

const ORDER = Prisma.sql`s.job_number, s.untold, s.place_topic, s.place_partition, s.place_offset, s.topic_ref,
  s.partition, s.record_offset`;

/** Before every place. */
const START: SelectionPlace = {
  ...{
    untold: false,
    placeTopic: "",
    placePartition: -1,
    placeOffset: -1n,
    topicRef: -1,
    partition: -1,
    offset: -1n,
  },
};

/**
 * The rows of a selection from a place on, that one included, in its order. The job is a part of the comparison, which
 * is with `>=`, since the planner judges such a one by its first column: told `= job` and `>` it expects next to nothing,
 * and sorts all that is left for every page.
 */
export async function selectSelection(
  sql: Sql,
  number: number,
  { from, limit }: { from: SelectionPlace | null; limit: number },
): Promise<SelectionRow[]> {
  const { untold, placeTopic, placePartition, placeOffset, topicRef, partition, offset } = from ?? START;
  return sql.$queryRaw`
    WITH s AS MATERIALIZED (SELECT * FROM job_selection s WHERE (${ORDER}) >= (${number}::int,
        ${untold}::boolean, ${placeTopic}::text, ${placePartition}::int, ${placeOffset}::bigint, ${topicRef}::int,
        ${partition}::int, ${offset}::bigint) AND s.job_number <= ${number}::int
      ORDER BY ${ORDER} LIMIT ${limit})
    SELECT s.untold, s.place_topic AS "placeTopic", s.place_partition AS "placePartition",
      s.place_offset AS "placeOffset", s.topic_ref AS "topicRef", s.partition, s.record_offset AS "offset", t.topic,
      t.topic_id::text AS "topicId", d.at, d.origin_topic AS "originTopic", d.origin_partition AS "originPartition",
      d.origin_offset AS "originOffset", d.origin_at AS origin, d.from_topic AS "fromTopic",
      d.from_partition AS "fromPartition", d.from_offset AS "fromOffset", d.from_at AS "from", c.group_id AS "group",
      d.state, d.key_hash AS "keyHash", d.redrive_id AS "redriveId"
    FROM s JOIN dead_letter_topic t ON t.id = s.topic_ref
    LEFT JOIN LATERAL (SELECT * FROM dead_letter d WHERE d.topic_ref = s.topic_ref AND d.partition = s.partition
      AND d.record_offset = s.record_offset LIMIT 1) AS d ON true
    LEFT JOIN dead_letter_cause c ON c.id = d.cause_ref
    ORDER BY ${ORDER}`;
}

/** Offsets of an origin partition that a selection has records with a key of, by offset. */
export async function selectKeys(
  sql: Sql,
  number: number,
  of: { topic: string; partition: number; group: string | null; from: bigint; to: bigint; limit: number },
): Promise<{ offset: bigint; keyHash: bigint }[]> {
  const ofGroup =
    of.group === null
      ? Prisma.empty
      : Prisma.sql`AND s.cause_ref IN (SELECT c.id FROM dead_letter_cause c WHERE c.group_id = ${of.group})`;
  return sql.$queryRaw`
    SELECT s.place_offset AS "offset", s.key_hash AS "keyHash" FROM job_selection s
    WHERE s.job_number = ${number} AND NOT s.untold AND s.place_topic = ${of.topic}
      AND s.place_partition = ${of.partition} AND s.place_offset >= ${of.from} AND s.place_offset < ${of.to}
      AND s.key_hash IS NOT NULL ${ofGroup}
    ORDER BY s.place_offset LIMIT ${of.limit}`;
}

/**
 * Deletes rows of a job's selection, at most `limit`, and of those that planning left behind when it ended in between;
 * answers how many.
 */
export async function deleteSelection(sql: Sql, number: number, limit: number): Promise<number> {
  const jobs: { number: number }[] = await sql.$queryRaw`
    SELECT j.number FROM job j WHERE (j.number = ${number} OR j.state <> 'planning')
      AND EXISTS (SELECT 1 FROM job_selection s WHERE s.job_number = j.number)`;
  if (jobs.length === 0) return 0;
  return sql.$executeRaw`
    DELETE FROM job_selection WHERE ctid = ANY (ARRAY(SELECT s.ctid FROM job_selection s
      WHERE s.job_number = ANY (${numberArray(jobs.map((job) => job.number))}::int[]) LIMIT ${limit}))`;
}
