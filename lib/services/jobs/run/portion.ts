import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RangeCursor } from "#lib/adapters/db/job-runs.ts";
import { PORTION } from "#lib/domain/jobs/pace.ts";
import type { CopyMaking } from "#lib/services/jobs/copy-job.ts";
import { makeCopies, type CopyItem, type MadeCopy } from "#lib/services/jobs/make-copy.ts";
import type { JobRun, PlannedJob } from "#lib/services/jobs/run/job-run.ts";

/** Bytes of records that a portion may bring into memory. */
const PORTION_BYTES = 32 * 1024 * 1024;

/** A copy ready to be sent, by its position: the row's number, or the offset within a range. */
export interface ReadyCopy {
  position: bigint;
  copy: CopyRecord;
}

/** Why a position is not sent. `left-out` of a range is no failure. */
interface LeftPosition {
  position: bigint;
  kind: "refused" | "failed" | "left-out";
  code: string;
  reason: string;
}

/** Offsets of a range that hold nothing any more, and why. */
export interface Gap {
  fromOffset: bigint;
  toOffset: bigint;
  reason: string;
}

/** Portion is what lies from a position to another, read and made: nothing of it is sent. */
export interface Portion {
  /** null of a plan by id. */
  range: RangeCursor | null;
  from: bigint;
  to: bigint;
  copies: ReadyCopy[];
  left: LeftPosition[];
  /** null without one; a portion with a gap has no copies. */
  gap: Gap | null;
}

/** What portions are read with. */
export interface PortionSource {
  readonly run: JobRun;
  readonly job: PlannedJob;
  readonly making: CopyMaking;
  readonly signal: AbortSignal;
}

/** rowLimit is how many records of a job fit into one portion's memory, at most `limit`. */
function rowLimit({ plan }: PlannedJob, limit: number): number {
  const fit =
    plan.largestBytes === null ? PORTION : Math.floor(PORTION_BYTES / Math.max(1, plan.largestBytes));
  return Math.max(1, Math.min(PORTION, limit, fit));
}

/** readRows reads the next rows of a plan by id and makes their copies; null where no row is left. */
export async function readRows(
  { run, job, making, signal }: PortionSource,
  from: bigint,
  limit: number,
): Promise<Portion | null> {
  const rows = await run.ctx.db.jobRuns.pending(run.number, { from, to: null, limit: rowLimit(job, limit) });
  const last = rows.at(-1);
  if (last === undefined) return null;
  const read = await run.ctx.kafka.copy.readAt(rows, signal);
  const portion: Portion = { range: null, from, to: last.seq + 1n, copies: [], left: [], gap: null };
  const items: (CopyItem & { seq: bigint })[] = [];
  for (const [index, row] of rows.entries()) {
    const found = read[index];
    if (found?.found === true) items.push({ ...itemOf(row), record: found.record });
    else
      portion.left.push({
        ...{ position: row.seq, kind: "failed", code: "gone" },
        reason: found?.reason ?? "It could not be read.",
      });
  }
  const made = await makeCopies(making, items, signal);
  for (const [index, { seq }] of items.entries()) add(portion, seq, made[index]);
  return portion;
}

type Row = Awaited<ReturnType<JobRun["ctx"]["db"]["jobRuns"]["pending"]>>[number];

function itemOf(row: Row): Omit<CopyItem, "record"> & { seq: bigint } {
  const { seq, topic, topicId, partition, offset, targetTopic, targetPartition } = row;
  return {
    ...{ seq, position: String(seq), place: { topic, topicId, partition, offset } },
    storedHop: Math.max(0, row.hop - 1),
    planned:
      targetTopic === null || targetPartition === null
        ? null
        : { topic: targetTopic, partition: targetPartition },
  };
}

/**
 * readRange reads the next portion of a range and makes its copies; null where nothing is left of it. A portion ends
 * before a gap, which is a portion of its own: what is written down of it stands with the cursor behind it or not at all.
 */
export async function readRange(
  source: PortionSource,
  range: RangeCursor,
  limit: number,
): Promise<Portion | null> {
  const { run, job, making, signal } = source;
  const { topic, topicId, partition, nextOffset, toOffset } = range;
  if (nextOffset >= toOffset) return null;
  const read = await run.ctx.kafka.copy.readRange(
    { topic, topicId, partition, fromOffset: nextOffset, toOffset },
    { limit: rowLimit(job, limit), limitBytes: PORTION_BYTES, signal },
  );
  const portion: Portion = { range, from: nextOffset, to: read.nextOffset, copies: [], left: [], gap: null };
  if (read.gone !== null) {
    if (read.records.length === 0) return { ...portion, gap: read.gone };
    portion.to = read.gone.fromOffset;
  }
  const unsent = await unsentIn(source, portion);
  const records = read.records.filter(({ offset }) => !unsent.has(offset));
  const items = records.map((record) => ({
    ...{ record, position: `${range.range}:${record.offset}`, storedHop: 0, planned: null },
    place: { topic, topicId, partition, offset: record.offset },
  }));
  const made = await makeCopies(making, items, signal);
  for (const [index, { record }] of items.entries()) add(portion, record.offset, made[index]);
  const noted = { kind: "failed", code: "noted", reason: "It was refused before." } as const;
  for (const position of unsent) portion.left.push({ position, ...noted });
  return portion;
}

/** Offsets of a range's portion that are written down as unsent: the broker refused them, and they are not sent later. */
async function unsentIn({ run, job }: PortionSource, { range, from, to }: Portion): Promise<Set<bigint>> {
  const { failed, refused } = job.counts;
  if (range === null || failed + refused === 0) return new Set();
  const { topicId, partition } = range;
  return new Set(await run.ctx.db.jobRuns.unsentOffsets(run.number, { topicId, partition, from, to }));
}

function add(portion: Portion, position: bigint, made: MadeCopy | undefined): void {
  if (made?.kind === "copy") {
    portion.copies.push({ position, copy: made.copy });
    return;
  }
  const { code, sentence } = made ?? { code: "not_made", sentence: "No copy was made of it." };
  const kind = made === undefined ? "failed" : leftKind(portion, made.kind);
  portion.left.push({ position, kind, code, reason: sentence });
}

function leftKind({ range }: Portion, kind: Exclude<MadeCopy["kind"], "copy">): LeftPosition["kind"] {
  if (kind === "left-out") return range === null ? "refused" : "left-out";
  return kind === "refused" ? "refused" : "failed";
}

/** splitPortion cuts a portion behind its first `count` copies; the rest is null where there is none. */
export function splitPortion(portion: Portion, count: number): [Portion, Portion | null] {
  const next = portion.copies[count];
  if (next === undefined) return [portion, null];
  const at = next.position;
  const before = (left: LeftPosition): boolean => left.position < at;
  return [
    {
      ...portion,
      ...{ to: at, copies: portion.copies.slice(0, count), left: portion.left.filter(before) },
    },
    {
      ...portion,
      from: at,
      copies: portion.copies.slice(count),
      left: portion.left.filter((left) => !before(left)),
    },
  ];
}
