import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { idOfPlace, placeOfId } from "#lib/adapters/db/dead-letter-id.ts";
import type { CameFrom, DeadLetterCopy } from "#lib/domain/jobs/dead-letter-copies.ts";
import type { JobState, Outcome } from "#lib/domain/jobs/job.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A dead letter whose jobs are asked for. */
interface AskedDeadLetter {
  id: string;
  topicId: string;
  /** `sluice-redrive-id`, where its headers keep one. */
  redriveId: string | null;
}

/** What copy jobs have to do with a dead letter. */
export interface JobsOfDeadLetter {
  /** Newest job first, twenty at most. */
  copies: DeadLetterCopy[];
  cameFrom: CameFrom | null;
}

/** DeadLetterJobStore tells which copy jobs have to do with dead letters. */
export interface DeadLetterJobStore {
  /** By the dead letter's id; absent where no job of the cluster has anything to do with it. */
  of(cluster: string, asked: readonly AskedDeadLetter[]): Promise<Map<string, JobsOfDeadLetter>>;
}

/** deadLetterJobStore makes a {@link DeadLetterJobStore}. */
export function deadLetterJobStore(sql: Sql): DeadLetterJobStore {
  return {
    async of(cluster, asked) {
      const found = new Map<string, JobsOfDeadLetter>();
      if (asked.length === 0) return found;
      for (const row of await selectJobs(sql, cluster, asked)) {
        const id = asked[Number(row.nth) - 1]?.id;
        if (id === undefined) continue;
        const of = found.get(id) ?? { copies: [], cameFrom: null };
        found.set(id, of);
        if (!row.cameBack) of.copies.push(copyOf(row));
        // A row of the job tells the hop; the header alone does not.
        else if (of.cameFrom === null || (of.cameFrom.hop === null && row.hop !== null))
          of.cameFrom = { job: row.job, name: row.name, hop: row.hop };
      }
      return found;
    },
  };
}

interface Row {
  nth: bigint;
  cameBack: boolean;
  job: number;
  name: string;
  state: string;
  outcome: string | null;
  reason: string | null;
  hop: number | null;
  targetTopic: string | null;
  targetPartition: number | null;
  targetOffset: bigint | null;
  sent: Date | null;
  settled: Date | null;
  returnedRef: number | null;
  returnedPartition: number | null;
  returnedOffset: bigint | null;
}

/** `<job id>:<seq>` of a plan by id, `<job id>:<range>:<offset>` of a range, which has a row only where it settled so. */
const REDRIVE_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,18})(:\d{1,19})?$/i;

const COLUMNS = Prisma.sql`r.outcome, r.reason, r.hop, r.target_topic, r.target_partition, r.target_offset, r.sent_at,
  r.settled_at, r.returned_topic_ref, r.returned_partition, r.returned_offset`;

/**
 * Jobs in whose plans dead letters stand, newest first, and jobs whose copies came back as them: by the row that was
 * matched with it, and by the id that its headers keep. Each dead letter costs a descent into three indexes.
 */
function selectJobs(sql: Sql, cluster: string, asked: readonly AskedDeadLetter[]): Promise<Row[]> {
  const places = asked.map(({ id }) => placeOfId(id));
  const told = asked.map(({ redriveId }) => REDRIVE_ID.exec(redriveId ?? ""));
  const seqs = told.map((match) => (match === null || match[3] !== undefined ? null : (match[2] ?? null)));
  return sql.$queryRaw`
    SELECT f.nth, f.came_back AS "cameBack", j.number AS job, j.name, j.state, f.outcome, f.reason, f.hop,
      f.target_topic AS "targetTopic", f.target_partition AS "targetPartition", f.target_offset AS "targetOffset",
      f.sent_at AS sent, f.settled_at AS settled, f.returned_topic_ref AS "returnedRef",
      f.returned_partition AS "returnedPartition", f.returned_offset AS "returnedOffset"
    FROM (SELECT a.nth, r.* FROM unnest(${numberArray(places.map((place) => place?.topicRef ?? null))}::int[],
        ${textArray(asked.map(({ topicId }) => topicId))}::uuid[],
        ${numberArray(places.map((place) => place?.partition ?? null))}::int[],
        ${numberArray(places.map((place) => place?.offset ?? null))}::bigint[],
        ${textArray(told.map((match) => match?.[1] ?? null))}::uuid[],
        ${textArray(seqs)}::bigint[]) WITH ORDINALITY AS a(topic_ref, topic_id, partition, place, job, seq, nth)
      CROSS JOIN LATERAL (
        (SELECT false AS came_back, r.job_number, ${COLUMNS} FROM job_record r
          WHERE r.topic_id = a.topic_id AND r.partition = a.partition AND r.record_offset = a.place
            AND r.dead_letter_topic_ref = a.topic_ref ORDER BY r.job_number DESC LIMIT 20)
        UNION ALL
        (SELECT true, r.job_number, ${COLUMNS} FROM job_record r WHERE r.returned_topic_ref = a.topic_ref
          AND r.returned_partition = a.partition AND r.returned_offset = a.place)
        UNION ALL
        (SELECT true, j.number, ${COLUMNS} FROM job j
          LEFT JOIN job_record r ON r.job_number = j.number AND r.seq = a.seq WHERE j.id = a.job)) AS r) AS f
    JOIN job j ON j.number = f.job_number WHERE j.cluster = ${cluster}
    ORDER BY f.nth, j.number DESC`;
}

function copyOf(row: Row): DeadLetterCopy {
  const { targetTopic: topic, targetPartition: partition, targetOffset: offset } = row;
  const { returnedRef, returnedPartition, returnedOffset } = row;
  return {
    ...{ job: row.job, name: row.name, state: row.state as JobState },
    ...{ outcome: row.outcome as Outcome, reason: row.reason, hop: row.hop ?? 0 },
    target: topic === null || partition === null || offset === null ? null : { topic, partition, offset },
    sentAt: row.sent?.getTime() ?? null,
    settledAt: row.settled?.getTime() ?? null,
    returnedId:
      returnedRef === null || returnedPartition === null || returnedOffset === null
        ? null
        : idOfPlace({ topicRef: returnedRef, partition: returnedPartition, offset: returnedOffset }),
  };
}
