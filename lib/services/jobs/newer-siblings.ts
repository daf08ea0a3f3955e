import type { JobTarget } from "#lib/domain/jobs/job.ts";
import { groupBy } from "#lib/domain/offset-resets/group-by.ts";
import type { CommitsByTopic, TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { isTold, type SelectedDeadLetter } from "#lib/services/jobs/read-selection.ts";

/** Whether a record is behind its key's newer records: `no` where there is no order to keep. */
type Staleness = { state: "no" } | { state: "newer" | "unknown"; sentence: string };

/** Asks for the staleness of one record of the plan. */
export type StaleLookup = (row: SelectedDeadLetter) => Staleness;

const NO: Staleness = { state: "no" };
const unknown = (sentence: string): Staleness => ({ state: "unknown", sentence });

/** What one partition's scan may read and take, and what all of them may take. */
const PARTITION_BYTES = 50 * 1024 * 1024;
const PARTITION_MS = 5_000;
const ALL_MS = 30_000;

/**
 * readNewerSiblings tells of each record whether its group has committed newer records of its key that this job does
 * not send: a scan of each origin partition from the first of them to the group's commit, within bounds. Records
 * without a key have no order, and a target of another topic keeps none. Throws KafkaError.
 */
export async function readNewerSiblings(
  ctx: PlanCtx,
  rows: readonly SelectedDeadLetter[],
  target: JobTarget,
): Promise<StaleLookup> {
  if (target.kind === "topic") return () => NO;
  const groupOf = (row: SelectedDeadLetter): string | null =>
    target.kind === "way-in" ? target.group : row.group;
  const nameOf = (row: SelectedDeadLetter): string =>
    `${row.origin.partition} ${row.origin.topic}\n${groupOf(row) ?? ""}`;
  const keyed = rows.filter((row) => row.keyHash !== null && isTold(row.origin) && groupOf(row) !== null);
  const found = new Map<string, Findings>();
  const standing = await standingsOf(ctx, keyed, groupOf);
  const endsAt = ctx.now() + ALL_MS;
  for (const [name, ofPartition] of groupBy(keyed, nameOf)) {
    ctx.signal.throwIfAborted();
    const [first] = ofPartition;
    const group = first === undefined ? null : groupOf(first);
    if (first === undefined || group === null) continue;
    const commits = standing.commits.get(group);
    found.set(name, await lookThrough(ctx, { rows: ofPartition, commits, logs: standing.logs, endsAt }));
  }
  return (row) => {
    if (row.keyHash === null) return NO;
    if (!isTold(row.origin)) return unknown("Its headers do not tell where it came from.");
    if (groupOf(row) === null) return unknown("Its headers do not tell the group.");
    return stalenessOf(row, found.get(nameOf(row)));
  };
}

/** What a scan found of the keys that are asked for. */
type Findings =
  | { state: "scanned"; newest: ReadonlyMap<bigint, bigint>; scannedFrom: bigint; cutShort: string | null }
  | { state: "unknown"; sentence: string };

function stalenessOf({ keyHash, origin }: SelectedDeadLetter, found: Findings | undefined): Staleness {
  if (found === undefined) return unknown("It was not looked for.");
  if (found.state === "unknown") return unknown(found.sentence);
  const newest = keyHash === null ? undefined : found.newest.get(keyHash);
  const own = origin.offset ?? 0n;
  if (newest !== undefined && newest > own)
    return { state: "newer", sentence: `Its group has committed offset ${newest} of the same key since.` };
  if (found.cutShort !== null) return unknown(found.cutShort);
  if (found.scannedFrom > own + 1n) return unknown("Retention took what its group has read after it.");
  return NO;
}

interface Standings {
  commits: Map<string, CommitsByTopic>;
  logs: Map<string, TopicLog>;
}

async function standingsOf(
  ctx: PlanCtx,
  rows: readonly SelectedDeadLetter[],
  groupOf: (row: SelectedDeadLetter) => string | null,
): Promise<Standings> {
  const commits = new Map<string, CommitsByTopic>();
  for (const group of new Set(rows.map(groupOf)))
    if (group !== null) commits.set(group, (await ctx.kafka.groupAdmin.standing(group, ctx.signal)).commits);
  const topics = new Set(rows.flatMap(({ origin }) => (origin.topic === null ? [] : [origin.topic])));
  return { commits, logs: await ctx.kafka.topicLogs.read([...topics], ctx.signal) };
}

interface Looking {
  rows: readonly SelectedDeadLetter[];
  commits: CommitsByTopic | undefined;
  logs: ReadonlyMap<string, TopicLog>;
  endsAt: number;
}

async function lookThrough(ctx: PlanCtx, { rows, commits, logs, endsAt }: Looking): Promise<Findings> {
  const topic = rows[0]?.origin.topic ?? "";
  const partition = rows[0]?.origin.partition ?? 0;
  const log = logs.get(topic);
  const start = log?.partitions[partition]?.start ?? null;
  if (log === undefined || start === null)
    return { state: "unknown", sentence: `The topic ${topic} has no partition ${partition} now.` };
  const committed = commits?.get(topic)?.get(partition)?.offset ?? null;
  if (committed === null)
    return { state: "unknown", sentence: `The group has no commit on partition ${partition} of ${topic}.` };
  const own = new Set(rows.map(({ origin }) => origin.offset));
  const wanted = new Set(rows.map(({ keyHash }) => keyHash));
  const first = rows.reduce<bigint>((least, { origin }) => {
    const offset = origin.offset ?? least;
    return offset < least ? offset : least;
  }, committed);
  const from = first + 1n > start ? first + 1n : start;
  const newest = new Map<bigint, bigint>();
  const plan = { topic, topicId: log.topicId, partition, fromOffset: from, toOffset: committed };
  if (from >= committed) return { state: "scanned", newest, scannedFrom: from, cutShort: null };
  const cutShort = await scan(ctx, plan, {
    endsAt: Math.min(endsAt, ctx.now() + PARTITION_MS),
    see(key, offset) {
      const hash = hashOf(key);
      if (wanted.has(hash) && !own.has(offset)) newest.set(hash, offset);
    },
  });
  return { state: "scanned", newest, scannedFrom: from, cutShort };
}

/** Reads a partition within the bounds; why it ended before its end, null where it did not. */
async function scan(
  ctx: PlanCtx,
  plan: { topic: string; topicId: string; partition: number; fromOffset: bigint; toOffset: bigint },
  { endsAt, see }: { endsAt: number; see: (key: Buffer, offset: bigint) => void },
): Promise<string | null> {
  let bytes = 0;
  let cutShort: string | null = ctx.now() >= endsAt ? "The search for newer records ends after 30 s." : null;
  if (cutShort !== null) return cutShort;
  const [outcome] = await ctx.kafka.reader.read([plan], {
    signal: ctx.signal,
    patienceMs: PARTITION_MS,
    onBatch({ records, sizeBytes }) {
      for (const { key, offset } of records) if (key !== null) see(key, offset);
      bytes += sizeBytes;
      if (bytes > PARTITION_BYTES) cutShort = "The search for newer records ends after 50 MB of a partition.";
      else if (ctx.now() > endsAt) cutShort = "The search for newer records ends after 5 s of a partition.";
      return cutShort === null ? undefined : "stop";
    },
  });
  if (outcome?.done !== true) cutShort ??= "The partition could not be read further.";
  return cutShort;
}
