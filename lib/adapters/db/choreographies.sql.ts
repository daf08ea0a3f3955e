import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { Prisma } from "#prisma/generated/client.ts";

// One statement for any number of rows, a column as one array; instants go in as epoch ms.

/** A row of choreography_instance. */
export interface InstanceRow {
  type: string;
  correlationId: string;
  events: string;
  leftOut: number;
  state: string;
  step: string | null;
  started: Date | null;
  updated: Date;
  ended: Date | null;
  due: Date | null;
}

/** A row as it is written; instants are epoch ms. */
export interface InstanceWrite {
  type: string;
  correlationId: string;
  events: string;
  leftOut: number;
  state: string;
  step: string | null;
  startedAt: number | null;
  updatedAt: number;
  endedAt: number | null;
  dueAt: number | null;
}

const COLUMNS = Prisma.sql`i.type, i.correlation_id AS "correlationId", i.events, i.left_out AS "leftOut", i.state,
  i.step, i.started_at AS started, i.updated_at AS updated, i.ended_at AS ended, i.due_at AS due`;

const iso = (at: number): string => new Date(at).toISOString();

/** The instances of some keys, with their events alone. */
export async function selectByKeys(
  sql: Sql,
  cluster: string,
  keys: readonly { type: string; correlationId: string }[],
): Promise<Pick<InstanceRow, "type" | "correlationId" | "events" | "leftOut">[]> {
  return sql.$queryRaw`
    SELECT i.type, i.correlation_id AS "correlationId", i.events, i.left_out AS "leftOut"
    FROM unnest(${textArray(keys.map(({ type }) => type))}::text[],
      ${textArray(keys.map(({ correlationId }) => correlationId))}::text[]) AS r(type, correlation_id)
    JOIN choreography_instance i ON i.cluster = ${cluster} AND i.type = r.type AND i.correlation_id = r.correlation_id`;
}

/** Writes instances; each key once. */
export async function upsertInstances(
  sql: Sql,
  cluster: string,
  rows: readonly InstanceWrite[],
): Promise<void> {
  const numbers = (of: (row: InstanceWrite) => number | null): string => numberArray(rows.map(of));
  const texts = (of: (row: InstanceWrite) => string | null): string => textArray(rows.map(of));
  await sql.$executeRaw`
    INSERT INTO choreography_instance (cluster, type, correlation_id, events, left_out, state, step, started_at,
      updated_at, ended_at, due_at)
    SELECT ${cluster}, r.type, r.correlation_id, r.events, r.left_out, r.state, r.step,
      to_timestamp(r.started_at / 1000.0::float8), to_timestamp(r.updated_at / 1000.0::float8),
      to_timestamp(r.ended_at / 1000.0::float8), to_timestamp(r.due_at / 1000.0::float8)
    FROM (SELECT
      unnest(${texts((row) => row.type)}::text[]) AS type,
      unnest(${texts((row) => row.correlationId)}::text[]) AS correlation_id,
      unnest(${texts((row) => row.events)}::text[]) AS events,
      unnest(${numbers((row) => row.leftOut)}::int[]) AS left_out,
      unnest(${texts((row) => row.state)}::text[]) AS state,
      unnest(${texts((row) => row.step)}::text[]) AS step,
      unnest(${numbers((row) => row.startedAt)}::bigint[]) AS started_at,
      unnest(${numbers((row) => row.updatedAt)}::bigint[]) AS updated_at,
      unnest(${numbers((row) => row.endedAt)}::bigint[]) AS ended_at,
      unnest(${numbers((row) => row.dueAt)}::bigint[]) AS due_at) AS r
    ON CONFLICT (cluster, type, correlation_id) DO UPDATE SET events = EXCLUDED.events, left_out = EXCLUDED.left_out,
      state = EXCLUDED.state, step = EXCLUDED.step, started_at = EXCLUDED.started_at, updated_at = EXCLUDED.updated_at,
      ended_at = EXCLUDED.ended_at, due_at = EXCLUDED.due_at`;
}

/** One ordered stream of the index: a type and a stored state, with what its deadline must be. */
export interface InstanceStream {
  type: string;
  state: string;
  /** Due at this instant or before; null for any. */
  dueUntil: number | null;
  /** Not due, or due after this instant; null for any. */
  dueAfter: number | null;
}

/** Which rows of the streams. */
export interface InstanceFilter {
  step?: string | undefined;
  correlation?: string | undefined;
  startedBefore?: number | undefined;
  startedAfter?: number | undefined;
}

const streamsOf = (streams: readonly InstanceStream[]): Prisma.Sql =>
  Prisma.sql`unnest(${textArray(streams.map(({ type }) => type))}::text[],
    ${textArray(streams.map(({ state }) => state))}::text[],
    ${numberArray(streams.map(({ dueUntil }) => dueUntil))}::bigint[],
    ${numberArray(streams.map(({ dueAfter }) => dueAfter))}::bigint[]) AS s(type, state, due_until, due_after)`;

/** The rows of a stream `s`. */
const inStream = (cluster: string): Prisma.Sql => Prisma.sql`i.cluster = ${cluster} AND i.type = s.type
  AND i.state = s.state AND (s.due_until IS NULL OR i.due_at <= to_timestamp(s.due_until / 1000.0::float8))
  AND (s.due_after IS NULL OR i.due_at IS NULL OR i.due_at > to_timestamp(s.due_after / 1000.0::float8))`;

function conditions({ step, correlation, startedBefore, startedAfter }: InstanceFilter): Prisma.Sql {
  const parts = [Prisma.sql`true`];
  if (step !== undefined) parts.push(Prisma.sql`i.step = ${step}`);
  if (correlation !== undefined) parts.push(Prisma.sql`i.correlation_id = ${correlation}`);
  if (startedBefore !== undefined) parts.push(Prisma.sql`i.started_at < ${iso(startedBefore)}::timestamptz`);
  // Nothing moves before it begins: the second condition ends the walk.
  if (startedAfter !== undefined)
    parts.push(Prisma.sql`i.started_at > ${iso(startedAfter)}::timestamptz
      AND i.updated_at > ${iso(startedAfter)}::timestamptz`);
  return Prisma.join(parts, " AND ");
}

/** A place in the order of lists: the last moved first, then by type and correlation id. */
export interface InstancePlace {
  updatedAt: number;
  type: string;
  sagaId: string;
}

function behind(after: InstancePlace | null): Prisma.Sql {
  if (after === null) return Prisma.sql`true`;
  const at = Prisma.sql`${iso(after.updatedAt)}::timestamptz`;
  return Prisma.sql`i.updated_at <= ${at} AND (i.updated_at < ${at} OR i.type > ${after.type}
    OR (i.type = ${after.type} AND i.correlation_id > ${after.sagaId}))`;
}

/** As the index of those that took long has it. */
const TOOK_LONG = Prisma.sql`i.updated_at - i.started_at > interval '1 minute'`;
const LONG_MS = 60_000;

/**
 * The parts of a stream that are walked for a filter. What began before an instant and took no minute has moved within a
 * minute after it: it lies behind a place of the order. The rest has an index of its own.
 */
function partsOf({ startedBefore }: InstanceFilter): Prisma.Sql[] {
  if (startedBefore === undefined) return [Prisma.sql`true`];
  const until = Prisma.sql`${iso(startedBefore + LONG_MS)}::timestamptz`;
  return [Prisma.sql`i.updated_at < ${until} AND NOT (${TOOK_LONG})`, TOOK_LONG];
}

/** A page of rows, merged from the heads of its streams, so that it costs the same whatever lies behind it. */
export async function selectPage(
  sql: Sql,
  cluster: string,
  {
    streams,
    filter,
    after,
    limit,
  }: {
    streams: readonly InstanceStream[];
    filter: InstanceFilter;
    after: InstancePlace | null;
    limit: number;
  },
): Promise<InstanceRow[]> {
  const heads = partsOf(filter).map(
    (part) => Prisma.sql`(SELECT i.* FROM choreography_instance i
      WHERE ${inStream(cluster)} AND ${part} AND ${conditions(filter)} AND ${behind(after)}
      ORDER BY i.updated_at DESC, i.correlation_id LIMIT ${limit})`,
  );
  return sql.$queryRaw`
    SELECT ${COLUMNS} FROM ${streamsOf(streams)}
    CROSS JOIN LATERAL (${Prisma.join(heads, " UNION ALL ")}) AS i
    ORDER BY i.updated_at DESC, i.type, i.correlation_id LIMIT ${limit}`;
}

/** One row. */
export async function selectOne(
  sql: Sql,
  cluster: string,
  { type, correlationId }: { type: string; correlationId: string },
): Promise<InstanceRow | null> {
  const rows: InstanceRow[] = await sql.$queryRaw`
    SELECT ${COLUMNS} FROM choreography_instance i
    WHERE i.cluster = ${cluster} AND i.type = ${type} AND i.correlation_id = ${correlationId}`;
  return rows[0] ?? null;
}

/** Rows of a type behind a correlation id, in its order. */
export async function selectBehind(
  sql: Sql,
  cluster: string,
  { type, after, limit }: { type: string; after: string; limit: number },
): Promise<InstanceRow[]> {
  return sql.$queryRaw`
    SELECT ${COLUMNS} FROM choreography_instance i
    WHERE i.cluster = ${cluster} AND i.type = ${type} AND i.correlation_id > ${after}
    ORDER BY i.correlation_id LIMIT ${limit}`;
}

/**
 * How many rows each stream has, counted up to `limit`; in the order of the streams. Each is a query of its own, with the
 * conditions that it needs alone: what has no deadline is counted in the index.
 */
export async function countStreams(
  sql: Sql,
  cluster: string,
  { streams, limit }: { streams: readonly InstanceStream[]; limit: number },
): Promise<number[]> {
  const counts = streams.map(({ type, state, dueUntil, dueAfter }) => {
    const parts = [Prisma.sql`i.cluster = ${cluster} AND i.type = ${type} AND i.state = ${state}`];
    if (dueUntil !== null) parts.push(Prisma.sql`i.due_at <= ${iso(dueUntil)}::timestamptz`);
    // With both there is no row without a deadline, and a range of the index.
    const orNone = dueUntil === null ? Prisma.sql`i.due_at IS NULL OR` : Prisma.empty;
    if (dueAfter !== null) parts.push(Prisma.sql`(${orNone} i.due_at > ${iso(dueAfter)}::timestamptz)`);
    return Prisma.sql`(SELECT count(*) FROM (SELECT 1 FROM choreography_instance i
      WHERE ${Prisma.join(parts, " AND ")} LIMIT ${limit}) AS f)`;
  });
  const rows = await sql.$queryRaw<{ counts: bigint[] }[]>`
    SELECT ARRAY[${Prisma.join(counts, ", ")}]::bigint[] AS counts`;
  return (rows[0]?.counts ?? []).map(Number);
}

/** Open rows of a type by step, among `limit` of them; `due` counts those that were due at an instant. */
export async function countSteps(
  sql: Sql,
  cluster: string,
  { type, dueUntil, limit }: { type: string; dueUntil: number | null; limit: number },
): Promise<{ step: string; standing: bigint; due: bigint }[]> {
  const due = dueUntil === null ? Prisma.sql`false` : Prisma.sql`f.due_at <= ${iso(dueUntil)}::timestamptz`;
  return sql.$queryRaw`
    SELECT f.step, count(*) AS standing, count(*) FILTER (WHERE ${due}) AS due
    FROM (SELECT i.step, i.due_at FROM choreography_instance i WHERE i.cluster = ${cluster} AND i.type = ${type}
      AND i.state IN ('running', 'compensating') AND i.step IS NOT NULL LIMIT ${limit}) AS f GROUP BY f.step`;
}

/**
 * Deletes at most `limit` rows of a type in one of `states` that have not moved since an instant. By ctid: a join is
 * planned as a loop in a loop where the table has no statistics yet.
 */
export async function deleteUnmoved(
  sql: Sql,
  cluster: string,
  {
    type,
    states,
    beforeAt,
    limit,
  }: { type: string; states: readonly string[]; beforeAt: number; limit: number },
): Promise<number> {
  return sql.$executeRaw`
    DELETE FROM choreography_instance WHERE ctid = ANY (ARRAY(SELECT ctid FROM choreography_instance
      WHERE cluster = ${cluster} AND type = ${type} AND state = ANY (${[...states]}::text[])
        AND updated_at < ${iso(beforeAt)}::timestamptz LIMIT ${limit}))`;
}

/** Where reading of a map goes on. */
export interface PositionRow {
  type: string;
  topic: string;
  topicId: string;
  partition: number;
  nextOffset: bigint;
}

/** Moves positions, made where they are missing. */
export async function upsertPositions(
  sql: Sql,
  cluster: string,
  rows: readonly PositionRow[],
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO choreography_position (cluster, type, topic_id, partition, topic, next_offset)
    SELECT ${cluster}, r.type, r.topic_id::uuid, r.partition, r.topic, r.next_offset
    FROM unnest(${textArray(rows.map(({ type }) => type))}::text[],
      ${textArray(rows.map(({ topicId }) => topicId))}::text[],
      ${numberArray(rows.map(({ partition }) => partition))}::int[],
      ${textArray(rows.map(({ topic }) => topic))}::text[],
      ${numberArray(rows.map(({ nextOffset }) => nextOffset))}::bigint[])
      AS r(type, topic_id, partition, topic, next_offset)
    ON CONFLICT (cluster, type, topic_id, partition)
      DO UPDATE SET next_offset = EXCLUDED.next_offset, topic = EXCLUDED.topic`;
}
