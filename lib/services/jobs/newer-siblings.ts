import type { SelectedDeadLetter } from "#lib/adapters/db/job-selections.ts";
import type { JobTarget } from "#lib/domain/jobs/job.ts";
import type { CommitsByTopic, TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** Whether a record is behind its key's newer records: `no` where there is no order to keep. */
export type Staleness = { state: "no" } | { state: "newer" | "unknown"; sentence: string };

const NO: Staleness = { state: "no" };
const unknown = (sentence: string): Staleness => ({ state: "unknown", sentence });

/** What one partition's scan may read and take, and what all of them may take. */
const PARTITION_BYTES = 50 * 1024 * 1024;
const PARTITION_MS = 5_000;
const ALL_MS = 30_000;
/** Offsets that one partition's scan may go over, a bit each, and keys that it may look for. */
const PARTITION_OFFSETS = 1 << 23;
const PARTITION_KEYS = 500_000;
/** The job's own records that are read at a time. */
const PAGE = 20_000;

/** An origin partition as a group reads it. */
interface Origin {
  topic: string;
  partition: number;
  group: string;
  /** The first of the job's records there. */
  first: bigint;
}

/** What a scan found of the keys that are asked for. */
type Findings =
  | { state: "scanned"; newest: ReadonlyMap<bigint, bigint>; scannedFrom: bigint; cutShort: string | null }
  | { state: "unknown"; sentence: string };

/**
 * NewerSiblings tells of each record of a plan whether its group has committed newer records of its key that the job
 * does not send: a scan of each origin partition from the first of them to the group's commit, within bounds. Records
 * without a key have no order, and a target of another topic keeps none. Pages come in the order of the selection, so
 * that what is found of a partition is kept only while its records are planned.
 */
export class NewerSiblings {
  readonly #ctx: PlanCtx;
  readonly #job: { number: number; target: JobTarget };
  readonly #commits = new Map<string, CommitsByTopic>();
  readonly #logs = new Map<string, TopicLog>();
  /** The origin partition that is planned now, and what was found of it by group. */
  #place = "";
  readonly #found = new Map<string, Findings>();
  #spentMs = 0;

  constructor(ctx: PlanCtx, job: { number: number; target: JobTarget }) {
    this.#ctx = ctx;
    this.#job = job;
  }

  /** Whether each row of the next page is behind newer ones. Throws KafkaError. */
  async of(rows: readonly SelectedDeadLetter[]): Promise<Staleness[]> {
    if (this.#job.target.kind === "topic") return rows.map(() => NO);
    const answers: Staleness[] = [];
    for (const row of rows) {
      const origin = this.#originOf(row);
      if (origin === null) answers.push(row.keyHash === null ? NO : unknown(untoldSentence(row)));
      else answers.push(stalenessOf(row, await this.#findings(origin)));
    }
    return answers;
  }

  async #findings(origin: Origin): Promise<Findings> {
    const place = `${origin.partition} ${origin.topic}`;
    if (place !== this.#place) this.#found.clear();
    this.#place = place;
    const known = this.#found.get(origin.group) ?? (await this.#look(origin));
    this.#found.set(origin.group, known);
    return known;
  }

  /** null for a record of which nobody can look for newer ones. */
  #originOf({ origin, keyHash, group }: SelectedDeadLetter): Origin | null {
    const { topic, partition, offset: first } = origin;
    const { target } = this.#job;
    const reader = target.kind === "way-in" ? target.group : group;
    if (keyHash === null || topic === null || partition === null || first === null || reader === null)
      return null;
    return { topic, partition, group: reader, first };
  }

  async #look(origin: Origin): Promise<Findings> {
    const { topic, partition, first } = origin;
    this.#ctx.signal.throwIfAborted();
    const log = await this.#logOf(topic);
    const start = log?.partitions[partition]?.start ?? null;
    if (log === undefined || start === null)
      return { state: "unknown", sentence: `The topic ${topic} has no partition ${partition} now.` };
    const committed = (await this.#commitsOf(origin.group)).get(topic)?.get(partition)?.offset ?? null;
    if (committed === null)
      return { state: "unknown", sentence: `The group has no commit on partition ${partition} of ${topic}.` };
    const from = first + 1n > start ? first + 1n : start;
    const newest = new Map<bigint, bigint>();
    if (from >= committed) return { state: "scanned", newest, scannedFrom: from, cutShort: null };
    const end = from + BigInt(PARTITION_OFFSETS);
    const to = end < committed ? end : committed;
    const own = await this.#ownKeys(origin, { from: first, to, base: from });
    if (own === null) return { state: "unknown", sentence: TOO_MANY_KEYS };
    const plan = { topic, topicId: log.topicId, partition, fromOffset: from, toOffset: to };
    const ended = await this.#scan(plan, (key, offset) => {
      const hash = hashOf(key);
      if (own.keys.has(hash) && !hasBit(own.offsets, offset - from)) newest.set(hash, offset);
    });
    const cutShort = ended ?? (to < committed ? TOO_MANY_OFFSETS : null);
    return { state: "scanned", newest, scannedFrom: from, cutShort };
  }

  async #logOf(topic: string): Promise<TopicLog | undefined> {
    if (!this.#logs.has(topic))
      for (const log of (await this.#ctx.kafka.topicLogs.read([topic], this.#ctx.signal)).values())
        this.#logs.set(log.topic, log);
    return this.#logs.get(topic);
  }

  async #commitsOf(group: string): Promise<CommitsByTopic> {
    const known = this.#commits.get(group);
    if (known !== undefined) return known;
    const { commits } = await this.#ctx.kafka.groupAdmin.standing(group, this.#ctx.signal);
    this.#commits.set(group, commits);
    return commits;
  }

  /** The keys that the job has there, and its own offsets, a bit each from `base`; null where the keys are too many. */
  async #ownKeys(
    { topic, partition, group }: Origin,
    { from, to, base }: { from: bigint; to: bigint; base: bigint },
  ): Promise<{ keys: Set<bigint>; offsets: Uint8Array } | null> {
    const { number, target } = this.#job;
    const of = { topic, partition, group: target.kind === "way-in" ? null : group, to, limit: PAGE };
    const keys = new Set<bigint>();
    const offsets = new Uint8Array(PARTITION_OFFSETS / 8);
    for (let next = from; ;) {
      const page = await this.#ctx.db.jobs.selectedKeys(number, { ...of, from: next });
      for (const { keyHash, offset } of page) {
        keys.add(keyHash);
        if (offset >= base) setBit(offsets, offset - base);
      }
      const last = page.at(-1)?.offset;
      if (keys.size > PARTITION_KEYS) return null;
      if (last === undefined || page.length < PAGE) return { keys, offsets };
      // Several dead letters of one record may lie on both sides of a page's end.
      next = last > next ? last : last + 1n;
    }
  }

  /** Reads a partition within the bounds; why it ended before its end, null where it did not. */
  async #scan(
    plan: { topic: string; topicId: string; partition: number; fromOffset: bigint; toOffset: bigint },
    see: (key: Buffer, offset: bigint) => void,
  ): Promise<string | null> {
    const { kafka, signal, now } = this.#ctx;
    const left = ALL_MS - this.#spentMs;
    if (left <= 0) return "The search for newer records ends after 30 s.";
    const startedAt = now();
    let bytes = 0;
    let cutShort: string | null = null;
    const [outcome] = await kafka.reader.read([plan], {
      signal,
      patienceMs: PARTITION_MS,
      onBatch({ records, sizeBytes }) {
        for (const { key, offset } of records) if (key !== null) see(key, offset);
        bytes += sizeBytes;
        if (bytes > PARTITION_BYTES)
          cutShort = "The search for newer records ends after 50 MB of a partition.";
        else if (now() - startedAt > Math.min(PARTITION_MS, left))
          cutShort = "The search for newer records ends after 5 s of a partition.";
        return cutShort === null ? undefined : "stop";
      },
    });
    this.#spentMs += now() - startedAt;
    if (outcome?.done !== true) cutShort ??= "The partition could not be read further.";
    return cutShort;
  }
}

const TOO_MANY_KEYS = "The search for newer records looks for 500,000 keys of a partition at most.";
const TOO_MANY_OFFSETS = "The search for newer records ends after 8,388,608 offsets of a partition.";

const untoldSentence = ({ origin: { topic, partition, offset } }: SelectedDeadLetter): string =>
  topic === null || partition === null || offset === null
    ? "Its headers do not tell where it came from."
    : "Its headers do not tell the group.";

function stalenessOf({ keyHash, origin }: SelectedDeadLetter, found: Findings): Staleness {
  if (found.state === "unknown") return unknown(found.sentence);
  const newest = keyHash === null ? undefined : found.newest.get(keyHash);
  const own = origin.offset ?? 0n;
  if (newest !== undefined && newest > own)
    return { state: "newer", sentence: `Its group has committed offset ${newest} of the same key since.` };
  if (found.cutShort !== null) return unknown(found.cutShort);
  if (found.scannedFrom > own + 1n) return unknown("Retention took what its group has read after it.");
  return NO;
}

function setBit(bits: Uint8Array, at: bigint): void {
  const index = Number(at);
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
}

function hasBit(bits: Uint8Array, at: bigint): boolean {
  const index = Number(at);
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}
