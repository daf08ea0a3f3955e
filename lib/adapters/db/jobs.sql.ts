import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { placeOfId } from "#lib/adapters/db/dead-letter-id.ts";
import type { JobRecord, Outcome } from "#lib/domain/jobs/job.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A planned record as the plan writes it. */
export interface PlannedRecord extends Pick<
  JobRecord,
  | "seq"
  | "topic"
  | "partition"
  | "offset"
  | "deadLetterId"
  | "outcome"
  | "reason"
  | "eventId"
  | "hop"
  | "processed"
> {
  topicId: string;
  /** A code of ReasonCount. */
  reasonCode: string | null;
  target: { topic: string; partition: number } | null;
}

/** Adds planned records; their numbers must be new to the job. */
export async function insertRecords(
  sql: Sql,
  number: number,
  records: readonly PlannedRecord[],
): Promise<void> {
  const texts = (of: (record: PlannedRecord) => string | null): string => textArray(records.map(of));
  const numbers = (of: (record: PlannedRecord) => bigint | number | null): string =>
    numberArray(records.map(of));
  const refOf = ({ deadLetterId }: PlannedRecord): number | null =>
    deadLetterId === null ? null : (placeOfId(deadLetterId)?.topicRef ?? null);
  await sql.$executeRaw`
    INSERT INTO job_record (job_number, seq, topic, topic_id, partition, record_offset, dead_letter_topic_ref, outcome,
      reason_code, reason, event_id, hop, processed, target_topic, target_partition)
    SELECT ${number}::int, r.* FROM unnest(${numbers((each) => each.seq)}::bigint[], ${texts((each) => each.topic)}::text[],
      ${texts((each) => each.topicId)}::uuid[], ${numbers((each) => each.partition)}::int[],
      ${numbers((each) => each.offset)}::bigint[], ${numbers(refOf)}::int[], ${texts((each) => each.outcome)}::text[],
      ${texts((each) => each.reasonCode)}::text[], ${texts((each) => each.reason)}::text[],
      ${texts((each) => each.eventId)}::text[], ${numbers((each) => each.hop)}::int[],
      ${texts((each) => each.processed)}::text[], ${texts((each) => each.target?.topic ?? null)}::text[],
      ${numbers((each) => each.target?.partition ?? null)}::int[]) AS r`;
}

/** Deletes records of a job, at most `limit`; answers how many. */
export async function deleteRecords(sql: Sql, number: number, limit: number): Promise<number> {
  return sql.$executeRaw`
    DELETE FROM job_record WHERE ctid = ANY (ARRAY(SELECT ctid FROM job_record
      WHERE job_number = ${number} ORDER BY seq LIMIT ${limit}))`;
}

/** A row of job_record. */
export interface JobRecordRow {
  seq: bigint;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  topicRef: number | null;
  outcome: string;
  reason: string | null;
  eventId: string | null;
  hop: number;
  processed: string;
  targetTopic: string | null;
  targetPartition: number | null;
  targetOffset: bigint | null;
  sent: Date | null;
  settled: Date | null;
  returnedRef: number | null;
  returnedPartition: number | null;
  returnedOffset: bigint | null;
}

/**
 * Whether a job was cancelled before it was started: what of it was to be sent counts as cancelled then, and no row says
 * so, since a plan of a million rows is cancelled at once too.
 */
const endedUnsent = (number: number): Prisma.Sql =>
  Prisma.sql`(SELECT state = 'cancelled' AND started_at IS NULL FROM job WHERE number = ${number})`;

function outcomeIs(number: number, outcome: Outcome): Prisma.Sql {
  if (outcome === "pending" || outcome === "held")
    return Prisma.sql`outcome = ${outcome} AND NOT ${endedUnsent(number)}`;
  if (outcome !== "cancelled") return Prisma.sql`outcome = ${outcome}`;
  return Prisma.sql`(outcome = 'cancelled' OR (outcome IN ('pending', 'held') AND ${endedUnsent(number)}))`;
}

/** How many records of a job have which outcome. */
export async function countOutcomeRows(
  sql: Sql,
  number: number,
): Promise<{ outcome: string; count: bigint }[]> {
  return sql.$queryRaw`
    SELECT CASE WHEN outcome IN ('pending', 'held') AND ${endedUnsent(number)} THEN 'cancelled' ELSE outcome END
      AS outcome, sum(n)::bigint AS count
    FROM (SELECT outcome, count(*) AS n FROM job_record WHERE job_number = ${number} GROUP BY 1) AS r GROUP BY 1`;
}

/** Records of a job behind a number, in the job's order. */
export async function selectRecords(
  sql: Sql,
  number: number,
  { after, limit, outcome }: { after: bigint; limit: number; outcome?: Outcome | undefined },
): Promise<JobRecordRow[]> {
  const which = outcome === undefined ? Prisma.empty : Prisma.sql`AND ${outcomeIs(number, outcome)}`;
  return sql.$queryRaw`
    SELECT seq, topic, topic_id::text AS "topicId", partition, record_offset AS "offset",
      dead_letter_topic_ref AS "topicRef",
      CASE WHEN outcome IN ('pending', 'held') AND ${endedUnsent(number)} THEN 'cancelled' ELSE outcome END AS outcome, reason, event_id AS "eventId", hop, processed,
      target_topic AS "targetTopic", target_partition AS "targetPartition", target_offset AS "targetOffset",
      sent_at AS sent, settled_at AS settled, returned_topic_ref AS "returnedRef",
      returned_partition AS "returnedPartition", returned_offset AS "returnedOffset"
    FROM job_record WHERE job_number = ${number} AND seq > ${after} ${which} ORDER BY seq LIMIT ${limit}`;
}

/** Records of a plan by id by target partition: how many are meant to go there, and how many went. */
export async function countTargets(
  sql: Sql,
  number: number,
): Promise<{ topic: string; partition: number; planned: bigint; sent: bigint }[]> {
  return sql.$queryRaw`
    SELECT target_topic AS topic, target_partition AS partition, count(*) AS planned,
      count(*) FILTER (WHERE target_offset IS NOT NULL) AS sent
    FROM job_record WHERE job_number = ${number} AND target_topic IS NOT NULL AND dead_letter_topic_ref IS NOT NULL
      AND outcome NOT IN ('held', 'refused', 'cancelled') GROUP BY 1, 2 ORDER BY 1, 2`;
}

/**
 * The hop of the copy that each dead letter came back from: by the row that it was matched with, else by the id that
 * its headers keep. Dead letters that never were copied are left out.
 */
export async function selectHops(
  sql: Sql,
  asked: readonly { id: string; redriveId: string | null }[],
): Promise<{ nth: bigint; hop: number }[]> {
  const places = asked.map(({ id }) => placeOfId(id));
  const told = asked.map(({ redriveId }) => /^([0-9a-f-]{36}):(\d{1,18})$/.exec(redriveId ?? ""));
  return sql.$queryRaw`
    SELECT a.nth, max(r.hop)::int AS hop
    FROM unnest(${numberArray(places.map((place) => place?.topicRef ?? null))}::int[],
      ${numberArray(places.map((place) => place?.partition ?? null))}::int[],
      ${numberArray(places.map((place) => place?.offset ?? null))}::bigint[],
      ${textArray(told.map((match) => match?.[1] ?? null))}::uuid[],
      ${textArray(told.map((match) => match?.[2] ?? null))}::bigint[])
      WITH ORDINALITY AS a(topic_ref, partition, place, job, seq, nth)
    CROSS JOIN LATERAL (
      SELECT hop FROM job_record WHERE returned_topic_ref = a.topic_ref AND returned_partition = a.partition
        AND returned_offset = a.place
      UNION ALL
      SELECT r.hop FROM job j JOIN job_record r ON r.job_number = j.number WHERE j.id = a.job AND r.seq = a.seq) AS r
    GROUP BY 1`;
}

/** Groups that read a topic as last swept: by a commit there, else by members that own partitions of it. */
export async function selectTopicReaders(
  sql: Sql,
  cluster: string,
  topic: string,
): Promise<{ group: string; lag: bigint | null; committed: boolean }[]> {
  const owned = JSON.stringify([{ assignments: [{ topic }] }]);
  return sql.$queryRaw`
    SELECT g.group_id AS "group", t.lag, EXISTS (SELECT 1 FROM jsonb_array_elements(t.partitions) AS each
      WHERE each ->> 1 IS NOT NULL) AS committed
    FROM group_state g LEFT JOIN group_topic_state t
      ON t.cluster = g.cluster AND t.group_id = g.group_id AND t.topic = ${topic}
    WHERE g.cluster = ${cluster} AND (t.topic IS NOT NULL OR g.members @> ${owned}::jsonb)
    ORDER BY g.group_id COLLATE "C"`;
}
