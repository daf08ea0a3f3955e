import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";
import { Prisma } from "#prisma/generated/client.ts";

const iso = (at: number): string => new Date(at).toISOString();
/** Clocks of producers and of ours may differ by so much. */
const SKEW = Prisma.sql`interval '1 minute'`;

/** A copy that came back, and the dead letter that it is now. */
export interface ReturnedRow {
  seq: bigint;
  topicRef: number;
  partition: number;
  offset: bigint;
}

/** A dead letter that tells in its headers whose copy it is. */
export interface RedrivenDeadLetter {
  /** Its number in the order of indexing. */
  seq: bigint;
  redriveId: string;
  topicRef: number;
  partition: number;
  offset: bigint;
  eventId: string | null;
  /** How often it came to a dead-letter topic. */
  hops: number;
  fromTopic: string | null;
  fromPartition: number | null;
  fromOffset: bigint | null;
}

/** A dead letter that does not tell whose copy it is: its bytes may. */
export interface UntoldDeadLetter extends Omit<ReturnedRow, "seq"> {
  /** Its number in the order of indexing. */
  indexSeq: bigint;
  topic: string;
  topicId: string;
  group: string | null;
  /** Its own timestamp, epoch ms. */
  at: number;
}

/** A sent row of some content. */
interface ContentRow {
  seq: bigint;
  /** sha256 of key and value, hex. */
  contentHash: string;
  /** Of its dead letter; null where that does not tell. */
  group: string | null;
  sentAt: number;
}

/** A job whose copies came back. */
export interface RedrivenJob {
  number: number;
  id: string;
  /** Whether its source is ranges: its copies have no rows. */
  ofRanges: boolean;
  /** The topics that it writes. */
  targets: string[];
}

/** JobReturns finds copies that are dead letters again. */
export interface JobReturns {
  /** Jobs by their ids that were started and have not ended, or not before `endedAfterAt`, epoch ms. */
  redrivenJobs(of: { cluster: string; ids: readonly string[]; endedAfterAt: number }): Promise<RedrivenJob[]>;
  /** Says of a job that has ended, in one event, how many copies came back since; of others nothing. */
  tellLate(number: number, at: number): Promise<void>;
  /** Dead letters of a cluster indexed behind `after` that tell whose copies they are, in that order, twins left out. */
  redriven(of: { cluster: string; after: bigint; limit: number }): Promise<RedrivenDeadLetter[]>;
  /** What became so far of rows: those whose copy can come back, and those that no checkpoint tells as sent yet. */
  returnable(number: number, seqs: readonly bigint[]): Promise<{ sent: bigint[]; pending: bigint[] }>;
  /**
   * Sent rows whose copy is a dead letter that tells no lineage: told by the copy that failed, else by event id and
   * group in the dead-letter topic that it came from, or that of its target. Dead letters older than `sinceAt`, and those that the job itself sends, are not looked at.
   */
  returned(of: { number: number; cluster: string; sinceAt: number }): Promise<ReturnedRow[]>;
  /**
   * Dead letters of topics that tell neither lineage nor belong to another row, in the order of indexing behind
   * `after`; those whose bytes are not their source's (Karafka, share groups, pointers) are left out.
   */
  untold(of: {
    number: number;
    topicRefs: readonly number[];
    sinceAt: number;
    after: bigint;
    limit: number;
  }): Promise<UntoldDeadLetter[]>;
  /** Sent rows, not settled, whose copies have one of these contents. */
  byContent(number: number, hashes: readonly string[]): Promise<ContentRow[]>;
}

/** jobReturns makes {@link JobReturns}. */
export function jobReturns(sql: Sql): JobReturns {
  return {
    redrivenJobs: (of) => selectJobs(sql, of),
    tellLate: (number, at) => tellLate(sql, number, at),
    redriven: ({ cluster, after, limit }) => sql.$queryRaw`
      SELECT d.seq, d.redrive_id AS "redriveId", d.topic_ref AS "topicRef", d.partition,
        d.record_offset AS "offset", d.event_id AS "eventId", d.hops, d.from_topic AS "fromTopic",
        d.from_partition AS "fromPartition", d.from_offset AS "fromOffset"
      FROM dead_letter d JOIN dead_letter_topic t ON t.id = d.topic_ref AND t.cluster = ${cluster}
      WHERE d.redrive_id IS NOT NULL AND d.seq > ${after} AND d.twin_offset IS NULL
      ORDER BY d.seq LIMIT ${limit}`,
    async returnable(number, seqs) {
      if (seqs.length === 0) return { sent: [], pending: [] };
      const rows: { seq: bigint; outcome: string }[] = await sql.$queryRaw`
        SELECT seq, outcome FROM job_record
        WHERE job_number = ${number} AND seq = ANY (${numberArray(seqs)}::bigint[])`;
      const of = (...outcomes: string[]): bigint[] =>
        rows.filter(({ outcome }) => outcomes.includes(outcome)).map(({ seq }) => seq);
      return { sent: of("sent", "passed", "unknown"), pending: of("pending") };
    },
    returned: (of) => selectReturned(sql, of),
    async untold(of) {
      const rows = await selectUntold(sql, of);
      return rows.map(({ own, ...row }) => ({ ...row, at: own.getTime() }));
    },
    async byContent(number, hashes) {
      const rows = await selectByContent(sql, number, hashes);
      return rows.map(({ sent, ...row }) => ({ ...row, sentAt: sent.getTime() }));
    },
  };
}

async function selectJobs(
  sql: Sql,
  { cluster, ids, endedAfterAt }: Parameters<JobReturns["redrivenJobs"]>[0],
): Promise<RedrivenJob[]> {
  return sql.$queryRaw`
    SELECT number, id::text AS id, spec#>>'{source,kind}' = 'ranges' AS "ofRanges",
      ARRAY(SELECT t->>'topic' FROM jsonb_array_elements(plan->'targets') AS e(t)) AS targets
    FROM job WHERE cluster = ${cluster} AND id = ANY (${textArray(ids)}::uuid[]) AND started_at IS NOT NULL
      AND plan IS NOT NULL AND (ended_at IS NULL OR ended_at >= ${iso(endedAfterAt)}::timestamptz)
    ORDER BY number`;
}

const LATE = " came back after the job had ended.";

/** The event grows: a flood that comes back late is one line. */
async function tellLate(sql: Sql, number: number, at: number): Promise<void> {
  const [late]: { count: bigint }[] = await sql.$queryRaw`
    SELECT count(*) AS count FROM job_record r JOIN job j ON j.number = r.job_number
    WHERE r.job_number = ${number} AND r.outcome = 'returned' AND r.settled_at >= j.ended_at`;
  if (late === undefined || late.count === 0n) return;
  const what = `${recordsPhrase(Number(late.count))}${LATE}`;
  const told = await sql.$executeRaw`
    UPDATE job_event SET at = ${iso(at)}::timestamptz, what = ${what}
    WHERE job_number = ${number} AND what LIKE ${`%${LATE}`}`;
  if (told > 0) return;
  await sql.$executeRaw`
    INSERT INTO job_event (job_number, at, actor, what)
    VALUES (${number}, ${iso(at)}::timestamptz, 'worker', ${what})`;
}

/** The condition on a dead letter `d` of a topic `t` that a job sends it itself. */
const isSourceOf = (number: number): Prisma.Sql => Prisma.sql`EXISTS (SELECT 1 FROM job_record o
  WHERE o.topic_id = t.topic_id AND o.partition = d.partition AND o.record_offset = d.record_offset
    AND o.job_number = ${number})`;

/** The condition on a dead letter `d` that it is matched with a copy already. */
const IS_MATCHED = Prisma.sql`EXISTS (SELECT 1 FROM job_record m WHERE m.returned_topic_ref = d.topic_ref
  AND m.returned_partition = d.partition AND m.returned_offset = d.record_offset)`;

async function selectReturned(sql: Sql, of: Parameters<JobReturns["returned"]>[0]): Promise<ReturnedRow[]> {
  return sql.$queryRaw`
    WITH fresh AS MATERIALIZED (
      SELECT d.topic_ref, d.partition, d.record_offset, d.from_topic, d.from_partition, d.from_offset, d.event_id,
        d.at, c.group_id, t.topic AS dead_topic
      FROM dead_letter_topic t
      JOIN dead_letter d ON d.topic_ref = t.id AND d.state IN ('open', 'discarded', 'in-redrive', 'unknown')
        AND d.twin_offset IS NULL AND d.redrive_id IS NULL AND d.at >= ${iso(of.sinceAt)}::timestamptz
      JOIN dead_letter_cause c ON c.id = d.cause_ref
      WHERE t.cluster = ${of.cluster} AND t.ended_at IS NULL AND NOT ${isSourceOf(of.number)} AND NOT ${IS_MATCHED}),
    matched AS (
      SELECT r.seq, f.topic_ref, f.partition, f.record_offset, 1 AS rank FROM fresh f
      JOIN job_record r ON r.job_number = ${of.number} AND r.target_topic = f.from_topic
        AND r.target_partition = f.from_partition AND r.target_offset = f.from_offset
      UNION ALL
      SELECT r.seq, f.topic_ref, f.partition, f.record_offset, 2 FROM fresh f
      JOIN job_record r ON r.job_number = ${of.number} AND r.outcome = 'sent' AND r.event_id = f.event_id
        AND f.at >= r.sent_at - ${SKEW}
        AND (f.topic_ref = r.dead_letter_topic_ref OR f.dead_topic = r.target_topic || '.dlt')
      JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
        AND d.record_offset = r.record_offset
      JOIN dead_letter_cause c ON c.id = d.cause_ref AND c.group_id = f.group_id)
    SELECT DISTINCT ON (m.seq) m.seq, m.topic_ref AS "topicRef", m.partition, m.record_offset AS "offset"
    FROM matched m JOIN job_record r ON r.job_number = ${of.number} AND r.seq = m.seq
    WHERE r.outcome IN ('sent', 'passed', 'unknown') AND r.target_offset IS NOT NULL
    ORDER BY m.seq, m.rank LIMIT 1000`;
}

async function selectUntold(
  sql: Sql,
  { number, topicRefs, sinceAt, after, limit }: Parameters<JobReturns["untold"]>[0],
): Promise<(Omit<UntoldDeadLetter, "at"> & { own: Date })[]> {
  return sql.$queryRaw`
    SELECT d.seq AS "indexSeq", d.topic_ref AS "topicRef", d.partition, d.record_offset AS "offset", t.topic,
      t.topic_id::text AS "topicId", c.group_id AS "group", d.at AS own
    FROM dead_letter_topic t
    JOIN dead_letter d ON d.topic_ref = t.id AND d.state IN ('open', 'discarded', 'in-redrive', 'unknown')
      AND d.twin_offset IS NULL AND d.redrive_id IS NULL AND NOT d.pointer AND d.at >= ${iso(sinceAt)}::timestamptz
      AND d.seq > ${after}
    JOIN dead_letter_cause c ON c.id = d.cause_ref AND c.dialect NOT IN ('karafka', 'share-group')
    WHERE t.id = ANY (${numberArray(topicRefs)}::int[]) AND NOT ${isSourceOf(number)} AND NOT ${IS_MATCHED}
    ORDER BY d.seq LIMIT ${limit}`;
}

async function selectByContent(
  sql: Sql,
  number: number,
  hashes: readonly string[],
): Promise<(Omit<ContentRow, "sentAt"> & { sent: Date })[]> {
  if (hashes.length === 0) return [];
  return sql.$queryRaw`
    SELECT r.seq, encode(r.content_hash, 'hex') AS "contentHash", c.group_id AS "group", r.sent_at AS sent
    FROM job_record r
    LEFT JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition
      AND d.record_offset = r.record_offset
    LEFT JOIN dead_letter_cause c ON c.id = d.cause_ref
    WHERE r.job_number = ${number} AND r.outcome = 'sent' AND r.target_offset IS NOT NULL
      AND r.content_hash IN (SELECT decode(h, 'hex') FROM unnest(${textArray(hashes)}::text[]) AS u(h))
    ORDER BY r.seq LIMIT 1000`;
}

/** Links rows with the dead letters that their copies came back as. */
export async function linkReturned(sql: Sql, number: number, rows: readonly ReturnedRow[]): Promise<void> {
  await sql.$executeRaw`
    UPDATE job_record r SET returned_topic_ref = g.topic_ref, returned_partition = g.partition,
      returned_offset = g.place
    FROM unnest(${numberArray(rows.map((each) => each.seq))}::bigint[],
      ${numberArray(rows.map((each) => each.topicRef))}::int[],
      ${numberArray(rows.map((each) => each.partition))}::int[],
      ${numberArray(rows.map((each) => each.offset))}::bigint[]) AS g(seq, topic_ref, partition, place)
    WHERE r.job_number = ${number} AND r.seq = g.seq AND r.returned_offset IS NULL`;
}
