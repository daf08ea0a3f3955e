import { jsonOf, valueOf } from "#lib/adapters/db/offset-json.ts";
import {
  OUTCOMES,
  type JobKind,
  type JobRow,
  type JobSpec,
  type JobState,
  type JobWish,
  type OutcomeCounts,
} from "#lib/domain/jobs/job.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { PatchOperation } from "#lib/domain/jobs/transform.ts";
import type { Job as Row, Prisma } from "#prisma/generated/client.ts";

/** A job of a list as stored. */
export type StoredJobRow = JobRow;

/** A job as stored; what the settings say of it is added by who shows it. */
export interface StoredJob extends JobRow {
  cluster: string;
  spec: JobSpec;
  plan: JobPlan | null;
  hash: string | null;
  /** How many records the planning has looked at, of how many; null when nobody knows yet. */
  plannedDone: number;
  plannedOf: number | null;
  /** The offset reset of a replay to a group; null before it is planned. */
  resetId: string | null;
  /** Up to which row the worker has claimed what it is to send; null when all is claimed. */
  claimedTo: bigint | null;
  /** Why a person wished it paused or cancelled. */
  wishReason: string | null;
  /** The account that asked for it; null where it has none. */
  requestedById: string | null;
  plannedAt: number | null;
  reason: string | null;
  approval: { by: string; at: number; hash: string } | null;
  pausedAt: number | null;
  /** The present brake. */
  recordsPerSecond: number | null;
  /** Where recovery reads the ledger from; null before the first start. */
  ledger: { topicId: string; partition: number; start: bigint } | null;
  /** Up to which row the checkpoint is. */
  nextSeq: bigint;
  rung: number | null;
  waitsFor: string | null;
  aborted: number;
  possibleDuplicates: number;
  /** Records a second as last measured; null while nothing was. */
  measured: { rate: number; at: number } | null;
}

/** countOutcomes is a count for every outcome, 0 where none is given. */
export function countOutcomes(given: Partial<OutcomeCounts>): OutcomeCounts {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, given[outcome] ?? 0])) as OutcomeCounts;
}

/** jsonOfSpec writes a spec for its column; a patch, which may hold any JSON, as text that nothing is read into. */
export function jsonOfSpec(spec: JobSpec): Prisma.InputJsonValue {
  const { value } = spec.transform;
  if (value.kind !== "patch") return jsonOf(spec);
  const stored = { kind: "patch", operations: JSON.stringify(value.operations) };
  return jsonOf({ ...spec, transform: { ...spec.transform, value: stored } });
}

/** specOfJson reads what {@link jsonOfSpec} wrote. */
function specOfJson(json: unknown): JobSpec {
  const spec = valueOf(json) as JobSpec;
  const { value } = spec.transform;
  if (value.kind !== "patch") return spec;
  const operations = JSON.parse(value.operations as unknown as string) as PatchOperation[];
  return { ...spec, transform: { ...spec.transform, value: { kind: "patch", operations } } };
}

/** A plan of a former release has not all of its parts. */
const planOfJson = (json: unknown): JobPlan => ({
  ...{ deliveryReason: null, shadows: [], reset: null, validated: [] },
  ...(valueOf(json) as Omit<JobPlan, "deliveryReason" | "shadows" | "reset" | "validated">),
});

const timeOf = (at: Date | null): number | null => at?.getTime() ?? null;

/** rowOf reads a job's row for a list. */
export function rowOf(row: Omit<Row, "plan">): StoredJobRow {
  return {
    id: row.id,
    number: row.number,
    kind: row.kind as JobKind,
    name: row.name,
    state: row.state as JobState,
    wish: row.wish as JobWish,
    target: specOfJson(row.spec).target,
    counts: countOutcomes(row.counts as Partial<OutcomeCounts>),
    requestedBy: row.requestedBy,
    requestedAt: row.requestedAt.getTime(),
    startedAt: timeOf(row.startedAt),
    endedAt: timeOf(row.endedAt),
    stateReason: row.stateReason,
  };
}

/** storedOf reads a job's whole row. */
export function storedOf(row: Row): StoredJob {
  const { approvedBy, approvedAt, approvedHash, ledgerTopicId, ledgerPartition, ledgerStart } = row;
  return {
    ...rowOf(row),
    cluster: row.cluster,
    spec: specOfJson(row.spec),
    plan: row.plan === null ? null : planOfJson(row.plan),
    hash: row.hash,
    plannedDone: Number(row.plannedDone),
    plannedOf: row.plannedOf === null ? null : Number(row.plannedOf),
    resetId: row.resetId,
    claimedTo: row.claimedTo,
    wishReason: row.wishReason,
    requestedById: row.requestedById,
    plannedAt: timeOf(row.plannedAt),
    reason: row.reason,
    approval:
      approvedBy === null || approvedAt === null || approvedHash === null
        ? null
        : { by: approvedBy, at: approvedAt.getTime(), hash: approvedHash },
    pausedAt: timeOf(row.pausedAt),
    recordsPerSecond: row.recordsPerSecond,
    ledger:
      ledgerTopicId === null || ledgerPartition === null || ledgerStart === null
        ? null
        : { topicId: ledgerTopicId, partition: ledgerPartition, start: ledgerStart },
    nextSeq: row.nextSeq,
    rung: row.rung,
    waitsFor: row.waitsFor,
    aborted: Number(row.aborted),
    possibleDuplicates: Number(row.possibleDuplicates),
    measured:
      row.measuredRate === null || row.measuredAt === null
        ? null
        : { rate: row.measuredRate, at: row.measuredAt.getTime() },
  };
}
