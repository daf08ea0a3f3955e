import type { Sql } from "#lib/adapters/db/client.ts";
import type { DeadLetterPlace } from "#lib/adapters/db/dead-letter-id.ts";
import type { DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** Which dead letters of a cluster; an absent one does not filter. Twins never match. */
export interface DeadLetterFilter {
  cluster: string;
  /** The cause's id. */
  cause?: string | undefined;
  state?: DeadLetterState | undefined;
  topic?: string | undefined;
  group?: string | undefined;
  /** Part of the cause's class, message, frame, event type or source topic, in any case. */
  q?: string | undefined;
  /** Epoch ms, inclusive. */
  from?: number | undefined;
  /** Epoch ms, exclusive. */
  to?: number | undefined;
  /** Whether `q` looks at messages: not for those who may not read them. */
  messages?: boolean | undefined;
}

/** A row of dead_letter with its cause and topic. */
export interface DeadLetterListRow {
  topicRef: number;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  seq: bigint;
  at: Date;
  expires: Date | null;
  dialect: string;
  originTopic: string | null;
  originPartition: number | null;
  originOffset: bigint | null;
  origin: Date | null;
  fromTopic: string | null;
  fromPartition: number | null;
  fromOffset: bigint | null;
  from: Date | null;
  group: string | null;
  attempts: number | null;
  cause: string;
  exception: string | null;
  causeClass: string | null;
  message: string | null;
  eventId: string | null;
  eventType: string | null;
  key: string | null;
  keyHash: bigint | null;
  valueBytes: number | null;
  pointer: boolean;
  hops: number;
  redriveId: string | null;
  state: string;
  stateAt: Date;
  stateReason: string | null;
  twinPartition: number | null;
  twinOffset: bigint | null;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Conditions on the cause `c` that a filter makes. */
export function causeConditions({ cluster, cause, group, q, messages = true }: DeadLetterFilter): Prisma.Sql {
  const parts = [Prisma.sql`c.cluster = ${cluster}`];
  if (cause !== undefined) parts.push(Prisma.sql`c.cause_id = ${cause}::uuid`);
  if (group !== undefined) parts.push(Prisma.sql`c.group_id = ${group}`);
  if (q !== undefined && q !== "") {
    const message = messages ? Prisma.sql`c.message` : Prisma.sql`NULL::text`;
    parts.push(Prisma.sql`position(lower(${q}) in lower(concat_ws(' ', c.cause_class, ${message}, c.frame, c.event_type,
      c.source_topic))) > 0`);
  }
  return Prisma.join(parts, " AND ");
}

/** The numbers of the topics that a filter means: those of former topics of the name too. */
export const topicsOf = ({ cluster, topic }: DeadLetterFilter): Prisma.Sql =>
  Prisma.sql`SELECT t.id FROM dead_letter_topic t WHERE t.cluster = ${cluster}
    ${topic === undefined ? Prisma.empty : Prisma.sql`AND t.topic = ${topic}`}`;

/** Whether a filter is one over causes: else it is one over topics. */
export const narrowsCauses = ({ cause, group, q }: DeadLetterFilter): boolean =>
  cause !== undefined || group !== undefined || (q !== undefined && q !== "");

/** Conditions on a row `d` beside its cause, topic and state. */
export function rangeConditions({ from, to }: DeadLetterFilter): Prisma.Sql {
  const parts = [Prisma.sql`d.twin_offset IS NULL`];
  if (from !== undefined) parts.push(Prisma.sql`d.at >= ${iso(from)}::timestamptz`);
  if (to !== undefined) parts.push(Prisma.sql`d.at < ${iso(to)}::timestamptz`);
  return Prisma.join(parts, " AND ");
}

/** All conditions on a row `d`. */
export function rowConditions(filter: DeadLetterFilter): Prisma.Sql {
  const parts = [rangeConditions(filter)];
  if (filter.state !== undefined) parts.push(Prisma.sql`d.state = ${filter.state}`);
  if (narrowsCauses(filter))
    parts.push(
      Prisma.sql`d.cause_ref IN (SELECT c.id FROM dead_letter_cause c WHERE ${causeConditions(filter)})`,
    );
  if (!narrowsCauses(filter) || filter.topic !== undefined)
    parts.push(Prisma.sql`d.topic_ref IN (${topicsOf(filter)})`);
  return Prisma.join(parts, " AND ");
}

const COLUMNS = Prisma.sql`
  d.topic_ref AS "topicRef", t.topic, t.topic_id::text AS "topicId", d.partition, d.record_offset AS "offset", d.seq,
  d.at, CASE WHEN ts.cleanup_policy LIKE '%delete%' AND ts.retention_ms BETWEEN 0 AND 31536000000000
    THEN d.at + ts.retention_ms * interval '1 millisecond' END AS expires,
  c.dialect, d.origin_topic AS "originTopic", d.origin_partition AS "originPartition",
  d.origin_offset AS "originOffset", d.origin_at AS origin, d.from_topic AS "fromTopic",
  d.from_partition AS "fromPartition", d.from_offset AS "fromOffset", d.from_at AS "from", c.group_id AS "group",
  d.attempts, c.cause_id::text AS cause, d.exception, c.cause_class AS "causeClass", d.message, d.event_id AS "eventId",
  c.event_type AS "eventType", d.key, d.key_hash AS "keyHash", d.value_bytes AS "valueBytes", d.pointer, d.hops,
  d.redrive_id AS "redriveId", d.state, d.state_at AS "stateAt", d.state_reason AS "stateReason",
  d.twin_partition AS "twinPartition", d.twin_offset AS "twinOffset"`;
const JOINED = Prisma.sql`
  JOIN dead_letter_topic t ON t.id = d.topic_ref JOIN dead_letter_cause c ON c.id = d.cause_ref
  LEFT JOIN topic_state ts ON ts.cluster = t.cluster AND ts.name = t.topic AND ts.topic_id = t.topic_id`;

/** A place in the order of lists: newest first. */
export interface ListPlace {
  at: number;
  seq: bigint;
}

/** The condition on `d` that it comes behind a place in the order of lists. */
export const behind = (after: ListPlace | null): Prisma.Sql =>
  after === null
    ? Prisma.sql`true`
    : Prisma.sql`(d.at, d.seq) < (${iso(after.at)}::timestamptz, ${after.seq}::bigint)`;

/**
 * A page of rows, newest first. Each cause (or topic) and state that has rows is an ordered stream of an index; the page
 * is merged from their heads, so that it costs the same whatever lies behind it.
 */
export async function selectPage(
  sql: Sql,
  filter: DeadLetterFilter,
  { after, limit }: { after: ListPlace | null; limit: number },
): Promise<DeadLetterListRow[]> {
  const byCause = narrowsCauses(filter);
  const state = filter.state === undefined ? Prisma.empty : Prisma.sql`AND y.state = ${filter.state}`;
  const streams = byCause
    ? Prisma.sql`SELECT DISTINCT y.cause_ref AS ref, y.state FROM dead_letter_tally y
        JOIN dead_letter_cause c ON c.id = y.cause_ref
        WHERE y.count > 0 AND y.topic_ref IN (${topicsOf(filter)}) AND ${causeConditions(filter)} ${state}`
    : Prisma.sql`SELECT DISTINCT y.topic_ref AS ref, y.state FROM dead_letter_tally y
        WHERE y.count > 0 AND y.topic_ref IN (${topicsOf(filter)}) ${state}`;
  const key = byCause ? Prisma.sql`d.cause_ref` : Prisma.sql`d.topic_ref`;
  const ofTopic =
    byCause && filter.topic !== undefined
      ? Prisma.sql`AND d.topic_ref = ANY (ARRAY(${topicsOf(filter)}))`
      : Prisma.empty;
  return sql.$queryRaw`
    WITH streams AS MATERIALIZED (${streams}),
    page AS MATERIALIZED (SELECT h.* FROM streams s CROSS JOIN LATERAL (
        SELECT d.* FROM dead_letter d WHERE ${key} = s.ref AND d.state = s.state AND ${rangeConditions(filter)}
          ${ofTopic} AND ${behind(after)} ORDER BY d.at DESC, d.seq DESC LIMIT ${limit}) AS h
      ORDER BY h.at DESC, h.seq DESC LIMIT ${limit})
    SELECT ${COLUMNS} FROM page d ${JOINED} ORDER BY d.at DESC, d.seq DESC`;
}

/** One row; a place of another cluster finds none. */
export async function selectRow(
  sql: Sql,
  cluster: string,
  { topicRef, partition, offset }: DeadLetterPlace,
): Promise<DeadLetterListRow | null> {
  const rows: DeadLetterListRow[] = await sql.$queryRaw`
    SELECT ${COLUMNS} FROM dead_letter d ${JOINED} WHERE t.cluster = ${cluster} AND d.topic_ref = ${topicRef}
      AND d.partition = ${partition} AND d.record_offset = ${offset}`;
  return rows[0] ?? null;
}

/** The rows that a condition on `d` picks, in no order. */
export async function selectPlaces(sql: Sql, where: Prisma.Sql): Promise<DeadLetterListRow[]> {
  return sql.$queryRaw`SELECT ${COLUMNS} FROM dead_letter d ${JOINED} WHERE ${where}`;
}

/** Others with the key of a row, of the same source topic, newest first. */
export async function selectSameKey(
  sql: Sql,
  cluster: string,
  of: { keyHash: bigint; originTopic: string | null; seq: bigint },
): Promise<DeadLetterListRow[]> {
  return sql.$queryRaw`
    SELECT ${COLUMNS} FROM dead_letter d ${JOINED} WHERE d.key_hash = ${of.keyHash} AND t.cluster = ${cluster}
      AND d.origin_topic IS NOT DISTINCT FROM ${of.originTopic} AND d.seq <> ${of.seq} AND d.twin_offset IS NULL
    ORDER BY d.at DESC LIMIT 20`;
}

/** Rows of the record of a row in its group, twins left out: among the newest 5,000 of its key. */
export async function selectSameRecord(
  sql: Sql,
  cluster: string,
  of: {
    keyHash: bigint;
    originTopic: string;
    originPartition: number;
    originOffset: bigint;
    group: string | null;
  },
): Promise<DeadLetterListRow[]> {
  return sql.$queryRaw`
    SELECT ${COLUMNS} FROM (SELECT * FROM dead_letter WHERE key_hash = ${of.keyHash} ORDER BY at DESC LIMIT 5000) AS d
      ${JOINED} WHERE t.cluster = ${cluster} AND d.origin_topic = ${of.originTopic}
      AND d.origin_partition = ${of.originPartition} AND d.origin_offset = ${of.originOffset}
      AND c.group_id IS NOT DISTINCT FROM ${of.group} AND d.twin_offset IS NULL
    ORDER BY d.at LIMIT 50`;
}

/** The next newer and the next older row of a cause. */
export async function selectNeighbours(
  sql: Sql,
  of: { cause: string; cluster: string } & ListPlace,
): Promise<{ newer: boolean; topicRef: number; partition: number; offset: bigint }[]> {
  const here = Prisma.sql`(${iso(of.at)}::timestamptz, ${of.seq}::bigint)`;
  const streams = Prisma.sql`(SELECT DISTINCT y.cause_ref AS ref, y.state FROM dead_letter_tally y
    JOIN dead_letter_cause c ON c.id = y.cause_ref
    WHERE y.count > 0 AND c.cluster = ${of.cluster} AND c.cause_id = ${of.cause}::uuid)`;
  const columns = Prisma.sql`h.topic_ref AS "topicRef", h.partition, h.record_offset AS "offset"`;
  return sql.$queryRaw`
    (SELECT true AS newer, ${columns} FROM ${streams} s CROSS JOIN LATERAL (SELECT d.* FROM dead_letter d
        WHERE d.cause_ref = s.ref AND d.state = s.state AND d.twin_offset IS NULL AND (d.at, d.seq) > ${here}
        ORDER BY d.at, d.seq LIMIT 1) AS h ORDER BY h.at, h.seq LIMIT 1)
    UNION ALL
    (SELECT false AS newer, ${columns} FROM ${streams} s CROSS JOIN LATERAL (SELECT d.* FROM dead_letter d
        WHERE d.cause_ref = s.ref AND d.state = s.state AND d.twin_offset IS NULL AND (d.at, d.seq) < ${here}
        ORDER BY d.at DESC, d.seq DESC LIMIT 1) AS h ORDER BY h.at DESC, h.seq DESC LIMIT 1)`;
}
