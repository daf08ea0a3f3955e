import type { Sql } from "#lib/adapters/db/client.ts";
import { idOfPlace } from "#lib/adapters/db/dead-letter-id.ts";
import { jobSelections, type JobSelectionStore } from "#lib/adapters/db/job-selections.ts";
import {
  countOutcomes,
  jsonOfSpec,
  rowOf,
  storedOf,
  type StoredJob,
  type StoredJobRow,
} from "#lib/adapters/db/job-rows.ts";
import {
  countOutcomeRows,
  countTargets,
  deleteRecords,
  insertRecords,
  selectHops,
  selectRecords,
  selectTopicReaders,
  type JobRecordRow,
  type PlannedRecord,
} from "#lib/adapters/db/jobs.sql.ts";
import { jsonOf } from "#lib/adapters/db/offset-json.ts";
import type {
  JobEvent,
  JobKind,
  JobProgress,
  JobRecord,
  JobSpec,
  JobState,
  JobWish,
  Outcome,
  OutcomeCounts,
} from "#lib/domain/jobs/job.ts";
import type { FrozenRange } from "#lib/domain/jobs/job-source.ts";
import type { JobPlan, ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** A job as it is asked for. */
interface NewJob {
  id: string;
  cluster: string;
  spec: JobSpec;
  requestedBy: string;
  /** The account's id; null for what has none. */
  requestedById: string | null;
  requestedAt: number;
}

/** Which jobs of a cluster; an absent one does not filter. */
interface JobFilter {
  cluster: string;
  kind?: JobKind | undefined;
  /** `active` is all that may still send or settle. */
  state?: JobState | "active" | undefined;
  /** Jobs whose plan writes to this topic. */
  topic?: string | undefined;
  /** Jobs whose plan names this group among those that see the copies, or that go to its own way in. */
  group?: string | undefined;
}

/** How a plan ended. */
interface PlanEnd {
  state: "planned" | "refused";
  plan: JobPlan;
  hash: string;
  counts: OutcomeCounts;
  /** Why it is refused, in a sentence. */
  reason: string | null;
  at: number;
}

/** JobStore keeps jobs as people and plans need them. Each change names the state it comes from: it is made once. */
export interface JobStore extends JobSelectionStore {
  /** Writes a job down, `planning`; answers its number. */
  create(job: NewJob): Promise<number>;
  /** null when the cluster has none of this number. */
  find(cluster: string, number: number): Promise<StoredJob | null>;
  /** Newest first, below a number. */
  list(filter: JobFilter, page: { below: number | null; limit: number }): Promise<StoredJobRow[]>;
  /** Planned records behind a number, in the job's order. */
  records(
    number: number,
    page: { after: bigint; limit: number; outcome?: Outcome | undefined },
  ): Promise<JobRecord[]>;
  targets(number: number): Promise<JobProgress["targets"]>;
  /** Groups that read a topic, as the last sweep saw them. */
  readers(
    cluster: string,
    topic: string,
  ): Promise<{ group: string; lag: number | null; by: "commits" | "members" }[]>;
  /** Oldest first. */
  events(number: number): Promise<JobEvent[]>;
  addEvent(number: number, event: JobEvent): Promise<void>;
  /** Takes out at most `limit` rows that an interrupted planning left, and its ranges; answers how many rows. */
  clearPlan(number: number, limit: number): Promise<number>;
  addRecords(number: number, records: readonly PlannedRecord[]): Promise<void>;
  addRanges(number: number, ranges: readonly FrozenRange[]): Promise<void>;
  /** How far the planning is; false when the job is not being planned any more. */
  notePlanning(number: number, planned: { done: number; of: number | null }): Promise<boolean>;
  /** From `planning`; false when it was ended meanwhile. */
  endPlanning(number: number, end: PlanEnd): Promise<boolean>;
  /** The hop of the copy that each dead letter came back from, by its id; absent where it never was copied. */
  hopsOf(asked: readonly { id: string; redriveId: string | null }[]): Promise<Map<string, number>>;
  /** While `planned` with this hash. */
  approve(number: number, approval: { by: string; at: number; hash: string }): Promise<boolean>;
  /** From `planned` with this hash to `running`. */
  start(number: number, start: { hash: string; at: number; reason: string }): Promise<boolean>;
  /** Held records become pending. */
  releaseHeld(number: number): Promise<void>;
  /** Counts the records by outcome and keeps the counts with the job. */
  recount(number: number): Promise<OutcomeCounts>;
  /** What a person wants of a job in one of these states, and why, in a sentence. */
  wish(
    number: number,
    wished: { wish: JobWish; reason: string | null },
    from: readonly JobState[],
  ): Promise<boolean>;
  /** Ends a job that nothing was sent of: one of these states to `cancelled`; its records count as cancelled then. */
  cancelUnsent(
    number: number,
    end: { at: number; reason: string; from: readonly JobState[] },
  ): Promise<boolean>;
  /** Changes the brake of a job in one of these states. */
  setBrake(number: number, recordsPerSecond: number | null, from: readonly JobState[]): Promise<boolean>;
}

/** jobStore makes a {@link JobStore}. */
export function jobStore(sql: Sql): JobStore {
  return { ...reads(sql), ...planning(sql), ...planEnds(sql), ...steering(sql), ...jobSelections(sql) };
}

type Reads = Pick<JobStore, "find" | "list" | "records" | "targets" | "events" | "hopsOf" | "readers">;
type Planning = Pick<
  JobStore,
  "create" | "addEvent" | "clearPlan" | "addRecords" | "addRanges" | "notePlanning"
>;
type PlanEnds = Pick<JobStore, "endPlanning" | "recount">;
type Steering = Omit<JobStore, keyof Reads | keyof Planning | keyof PlanEnds | keyof JobSelectionStore>;

const ACTIVE: JobState[] = ["planning", "planned", "running", "paused", "settling"];

function reads(sql: Sql): Reads {
  return {
    async find(cluster, number) {
      const row = await sql.job.findFirst({ where: { cluster, number } });
      return row && storedOf(row);
    },
    async list(filter, { below, limit }) {
      const rows = await sql.job.findMany({
        where: { ...whereOf(filter), ...(below === null ? {} : { number: { lt: below } }) },
        omit: { plan: true },
        orderBy: { number: "desc" },
        take: limit,
      });
      return rows.map(rowOf);
    },
    async records(number, page) {
      return (await selectRecords(sql, number, page)).map(recordOf);
    },
    async targets(number) {
      const rows = await countTargets(sql, number);
      return rows.map((row) => ({ ...row, planned: Number(row.planned), sent: Number(row.sent) }));
    },
    async events(jobNumber) {
      const rows = await sql.jobEvent.findMany({ where: { jobNumber }, orderBy: { id: "asc" }, take: 1_000 });
      return rows.map(({ at, actor, what }) => ({ at: at.getTime(), actor, what }));
    },
    async readers(cluster, topic) {
      const rows = await selectTopicReaders(sql, cluster, topic);
      return rows.map(({ group, lag, committed }) => ({
        group,
        lag: lag === null ? null : Number(lag),
        by: committed ? "commits" : "members",
      }));
    },
    async hopsOf(asked) {
      const found = await selectHops(sql, asked);
      return new Map(
        found.flatMap(({ nth, hop }) => {
          const id = asked[Number(nth) - 1]?.id;
          return id === undefined ? [] : [[id, hop] as const];
        }),
      );
    },
  };
}

function whereOf({ cluster, kind, state, topic, group }: JobFilter): Prisma.JobWhereInput {
  const parts: Prisma.JobWhereInput[] = [];
  if (topic !== undefined) parts.push({ plan: { path: ["targets"], array_contains: [{ topic }] } });
  if (group !== undefined)
    parts.push({
      OR: [
        { plan: { path: ["groups"], array_contains: [{ group }] } },
        // The plan names the group's redrive reader; the group itself is the one that the job is for.
        { spec: { path: ["target", "group"], equals: group } },
      ],
    });
  return {
    cluster,
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state: state === "active" ? { in: ACTIVE } : state }),
    AND: parts,
  };
}

function planning(sql: Sql): Planning {
  return {
    async create({ id, cluster, spec, requestedBy, requestedById, requestedAt }) {
      const { number } = await sql.job.create({
        data: {
          ...{ id, cluster, kind: spec.kind, name: spec.name, state: "planning", spec: jsonOfSpec(spec) },
          ...{ requestedBy, requestedById, requestedAt: new Date(requestedAt) },
          recordsPerSecond: spec.pace.recordsPerSecond,
          counts: jsonOf(countOutcomes({})),
        },
        select: { number: true },
      });
      return number;
    },
    async addEvent(jobNumber, { at, actor, what }) {
      await sql.jobEvent.create({ data: { jobNumber, at: new Date(at), actor, what } });
    },
    async clearPlan(jobNumber, limit) {
      await sql.jobRange.deleteMany({ where: { jobNumber } });
      return deleteRecords(sql, jobNumber, limit);
    },
    async addRecords(number, records) {
      if (records.length > 0) await insertRecords(sql, number, records);
    },
    async addRanges(jobNumber, ranges) {
      await sql.jobRange.createMany({
        data: ranges.map((range, index) => ({
          ...{ jobNumber, range: index, ...range },
          nextOffset: range.fromOffset,
        })),
      });
    },
    async notePlanning(number, { done, of }) {
      const { count } = await sql.job.updateMany({
        where: { number, state: "planning" },
        data: { plannedDone: done, plannedOf: of },
      });
      return count === 1;
    },
  };
}

function planEnds(sql: Sql): PlanEnds {
  return {
    async endPlanning(number, { state, plan, hash, counts, reason, at }) {
      const { count } = await sql.job.updateMany({
        where: { number, state: "planning" },
        data: {
          ...{ state, plan: jsonOf(plan), hash, counts: jsonOf(counts) },
          ...{ stateReason: reason, plannedAt: new Date(at) },
          ...(state === "refused" ? { endedAt: new Date(at) } : {}),
        },
      });
      return count === 1;
    },
    async recount(jobNumber) {
      const rows = await countOutcomeRows(sql, jobNumber);
      const counts = countOutcomes(
        Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)])),
      );
      await sql.job.update({ where: { number: jobNumber }, data: { counts: jsonOf(counts) } });
      return counts;
    },
  };
}

function steering(sql: Sql): Steering {
  const change = async (where: Prisma.JobWhereInput, data: Prisma.JobUpdateManyMutationInput) =>
    (await sql.job.updateMany({ where, data })).count === 1;
  return {
    approve: (number, { by, at, hash }) =>
      change(
        { number, state: "planned", hash },
        { approvedBy: by, approvedAt: new Date(at), approvedHash: hash },
      ),
    start: (number, { hash, at, reason }) =>
      change(
        { number, state: "planned", hash },
        { state: "running", wish: "run", startedAt: new Date(at), reason, stateReason: null },
      ),
    async releaseHeld(jobNumber) {
      await sql.jobRecord.updateMany({
        where: { jobNumber, outcome: "held" },
        data: { outcome: "pending", reasonCode: null, reason: null },
      });
    },
    wish: (number, { wish, reason }, from) =>
      change({ number, state: { in: [...from] } }, { wish, wishReason: reason }),
    cancelUnsent: (number, { at, reason, from }) =>
      change(
        { number, state: { in: [...from] } },
        { state: "cancelled", wish: "cancel", endedAt: new Date(at), stateReason: reason },
      ),
    setBrake: (number, recordsPerSecond, from) =>
      change({ number, state: { in: [...from] } }, { recordsPerSecond }),
  };
}

function recordOf(row: JobRecordRow): JobRecord {
  const { seq, topic, partition, offset, topicRef, targetTopic, targetPartition } = row;
  const { returnedRef, returnedPartition, returnedOffset } = row;
  return {
    ...{ seq: Number(seq), topic, partition, offset },
    deadLetterId: topicRef === null ? null : idOfPlace({ topicRef, partition, offset }),
    outcome: row.outcome as Outcome,
    reason: row.reason,
    eventId: row.eventId,
    hop: row.hop,
    processed: row.processed as ProcessedMark,
    target:
      targetTopic === null || targetPartition === null
        ? null
        : { topic: targetTopic, partition: targetPartition, offset: row.targetOffset },
    sentAt: row.sent?.getTime() ?? null,
    settledAt: row.settled?.getTime() ?? null,
    returnedId:
      returnedRef === null || returnedPartition === null || returnedOffset === null
        ? null
        : idOfPlace({ topicRef: returnedRef, partition: returnedPartition, offset: returnedOffset }),
  };
}
