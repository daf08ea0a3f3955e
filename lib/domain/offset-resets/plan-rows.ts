import type { LeftRow, PlanRow, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import {
  commitOf,
  refKey,
  type Commit,
  type CommitsByTopic,
  type PartitionRef,
  type TopicLog,
} from "#lib/domain/offset-resets/standing.ts";

/** What another source says of a partition: another group's commit, a snapshot's, the one before a reset. */
export type GivenCommits = ReadonlyMap<string, GivenCommit>;

/** `put` is where a reset that is undone had put the commit; undefined for other sources, null for "no commit". */
export interface GivenCommit {
  commit: Commit | null;
  topicId: string | null;
  put?: Commit | null;
}

/** What {@link planRows} works on. */
export interface PlanInput {
  target: ResetTarget;
  partitions: readonly PartitionRef[];
  logs: ReadonlyMap<string, TopicLog>;
  commits: CommitsByTopic;
  /** Kafka's answer for `time` and `ago`, by {@link refKey}; null is "after the last record". */
  timed: ReadonlyMap<string, bigint | null>;
  /** For `group`, `snapshot` and `undo`, by {@link refKey}. */
  given: GivenCommits;
  /** Topics that Kafka compacts: offsets there are not records one by one. */
  compacted: ReadonlySet<string>;
}

type Want = { to: Commit | null } | { leave: string };

/** planRows says for each partition where its commit goes; what cannot be told is left, with the reason. */
export function planRows(input: PlanInput): { rows: PlanRow[]; left: LeftRow[] } {
  const rows: PlanRow[] = [];
  const left: LeftRow[] = [];
  for (const { topic, partition } of input.partitions) {
    const log = input.logs.get(topic)?.partitions[partition];
    const row =
      log === undefined
        ? "The partition does not exist any more."
        : log.start === null || log.end === null
          ? "No leader tells its offsets."
          : rowOf(input, { topic, partition }, { start: log.start, end: log.end });
    if (typeof row === "string") left.push({ topic, partition, reason: row });
    else rows.push(row);
  }
  return { rows, left };
}

function rowOf(
  input: PlanInput,
  ref: PartitionRef,
  { start, end }: { start: bigint; end: bigint },
): PlanRow | string {
  const from = commitOf(input.commits, ref);
  const want = wantOf(input, ref, { from, start, end });
  if ("leave" in want) return want.leave;
  const wanted = want.to?.offset ?? null;
  const clamped = wanted === null ? null : wanted < start ? "start" : wanted > end ? "end" : null;
  const offset = clamped === "start" ? start : clamped === "end" ? end : wanted;
  // The epoch and the metadata belong to the offset that was wanted.
  const to =
    want.to === null || offset === null
      ? null
      : clamped === null
        ? want.to
        : { offset, leaderEpoch: null, metadata: "" };
  return {
    ...ref,
    ...{ from, to, wanted, clamped, start, end },
    ...effectOf(from, to, { start, end }),
    taken: wanted !== null && clamped === "start" ? Number(start - wanted) : 0,
    processed: processedSince(from, input.given.get(refKey(ref))),
    fromAt: null,
    toAt: null,
    atMost: input.compacted.has(ref.topic),
  };
}

/** How far the commit went since a reset put it somewhere. */
function processedSince(from: Commit | null, given: GivenCommit | undefined): number | null {
  if (given?.put === undefined) return null;
  if (from === null || given.put === null) return 0;
  return from.offset > given.put.offset ? Number(from.offset - given.put.offset) : 0;
}

const at = (offset: bigint): Want => ({ to: { offset, leaderEpoch: null, metadata: "" } });

function wantOf(
  { target, timed, given, logs }: PlanInput,
  ref: PartitionRef,
  { from, start, end }: { from: Commit | null; start: bigint; end: bigint },
): Want {
  switch (target.kind) {
    case "earliest":
      return at(start);
    case "latest":
      return at(end);
    case "offset":
      return at(target.offset);
    case "time":
    case "ago":
      return at(timed.get(refKey(ref)) ?? end);
    case "shift":
      if (from === null) return { leave: "The group has no commit here to count from." };
      return at(from.offset + BigInt(target.by));
    case "none":
    case "delete-group":
      return from === null ? { leave: "The group has no commit here." } : { to: null };
    case "group":
    case "snapshot":
    case "undo": {
      const found = given.get(refKey(ref));
      if (found === undefined || (found.commit === null && target.kind === "group"))
        return {
          leave: target.kind === "group" ? "The other group has no commit here." : "It is not in there.",
        };
      const topicId = logs.get(ref.topic)?.topicId;
      if (found.topicId !== null && found.topicId !== topicId)
        return { leave: "The topic was made anew since: its offsets mean other records." };
      return { to: found.commit };
    }
  }
}

/** effectOf says what a move means; records that retention has taken are neither read again nor skipped. */
export function effectOf(
  from: Commit | null,
  to: Commit | null,
  { start, end }: { start: bigint; end: bigint },
): Pick<PlanRow, "effect" | "records"> {
  if (sameCommit(from, to)) return { effect: "unchanged", records: 0 };
  if (to === null) return { effect: "forget", records: null };
  if (from === null) return { effect: "begin", records: Number(end - to.offset) };
  const stood = from.offset < start ? start : from.offset > end ? end : from.offset;
  if (to.offset < stood) return { effect: "reread", records: Number(stood - to.offset) };
  return { effect: "skip", records: Number(to.offset - stood) };
}

/**
 * sameCommit says whether two commits are the same for a reader: the offset decides. A commit with other metadata or
 * another epoch at the same offset is the same.
 */
export function sameCommit(a: Commit | null, b: Commit | null): boolean {
  return a?.offset === b?.offset;
}

/** rangeOf is the records a move reads again, skips or begins with: `from` inclusive, `to` exclusive; null for none. */
export function rangeOf(row: PlanRow): { from: bigint; to: bigint } | null {
  if (row.to === null || row.records === null || row.records === 0) return null;
  const target = row.to.offset;
  const length = BigInt(row.records);
  return row.effect === "skip"
    ? { from: target - length, to: target }
    : { from: target, to: target + length };
}
