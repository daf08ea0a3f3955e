import type { CopyProducer, CopyRecord, CopyTargets } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { JobException } from "#lib/adapters/db/job-exceptions.ts";
import type { RangeCursor } from "#lib/adapters/db/job-runs.ts";
import { afterPortion, FULL_BUCKET, PORTION, portionSize, type Bucket } from "#lib/domain/jobs/pace.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";
import type { CopyMaking } from "#lib/services/jobs/copy-job.ts";
import { contentHashOf } from "#lib/services/jobs/make-copy.ts";
import { Checkpoints } from "#lib/services/jobs/run/checkpoints.ts";
import { askJob, type JobRun, type PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import {
  readRange,
  readRows,
  splitPortion,
  type Gap,
  type Portion,
  type PortionSource,
  type ReadyCopy,
} from "#lib/services/jobs/run/portion.ts";

/** What people said is asked for anew after this time. */
const HEARD_MS = 200;

/** What a {@link Sending} is made with. */
interface SendingParts {
  run: JobRun;
  job: PlannedJob;
  producer: CopyProducer;
  making: CopyMaking;
}

type Heard = Awaited<ReturnType<typeof askJob>>;

/** Sending is one producer's work for a job: it reads ahead, sends portions, and has them written down. */
export class Sending {
  readonly checkpoints: Checkpoints;
  bucket: Bucket = FULL_BUCKET;
  /** Records that are in the targets, settled ones counted in. */
  sentInAll: number;
  readonly #parts: SendingParts;
  readonly #source: PortionSource;
  readonly #ranges: RangeCursor[];
  #cursor: bigint;
  #heard: { said: Heard; at: number } | null = null;
  #kept: Portion | null = null;
  #ahead: Promise<Portion | null> | null = null;

  constructor(parts: SendingParts, ranges: readonly RangeCursor[]) {
    const { run, job, making } = parts;
    this.#parts = parts;
    this.#source = { run, job, making, signal: run.signal };
    this.#ranges = ranges.filter((range) => range.nextOffset < range.toOffset);
    this.#cursor = job.nextSeq;
    this.checkpoints = new Checkpoints(run);
    const { sent, passed, returned, unknown } = job.counts;
    this.sentInAll = sent + passed + returned + unknown;
  }

  /** What people want now, as of at most a fifth of a second ago. Throws LeaseLostError. */
  async heard(): Promise<Heard> {
    const now = this.#parts.run.ctx.now();
    if (this.#heard === null || now - this.#heard.at > HEARD_MS) return this.#ask();
    return this.#heard.said;
  }

  async #ask(): Promise<Heard> {
    const { run } = this.#parts;
    // Its age counts from the question: what is answered in between may be older than the answer.
    const at = run.ctx.now();
    const said = await askJob(run);
    this.#heard = { said, at };
    return said;
  }

  /** The next portion of at most `limit` copies; null where nothing is left to send. */
  async next(limit: number, rate: number | null): Promise<Portion | null> {
    const portion = this.#kept ?? (await (this.#ahead ?? this.#read(rate)));
    this.#ahead = null;
    this.#kept = null;
    if (portion === null) return null;
    const due = portionSize(this.bucket, { rate, now: this.#parts.run.ctx.now() });
    const [now, rest] = splitPortion(portion, Math.min(limit, due));
    this.#kept = rest;
    if (rest === null) {
      this.#ahead = this.#read(rate);
      // It is awaited, and its failure told, when its turn comes.
      this.#ahead.catch(() => undefined);
    }
    return now;
  }

  async #read(rate: number | null): Promise<Portion | null> {
    const limit = rate === null ? PORTION : Math.max(1, Math.ceil(rate));
    if (this.#parts.job.spec.source.kind !== "ranges") {
      const portion = await readRows(this.#source, this.#cursor, limit);
      if (portion !== null) this.#cursor = portion.to;
      return portion;
    }
    for (let [range] = this.#ranges; range !== undefined; [range] = this.#ranges) {
      const portion = await readRange(this.#source, range, limit);
      if (portion !== null) {
        range.nextOffset = portion.to;
        return portion;
      }
      this.#ranges.shift();
    }
    return null;
  }

  /** Waits for what is read ahead and what is being written down, so that nothing of it runs on when this ends. */
  async drain(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
    await this.checkpoints.ended();
  }

  /** Sends a portion in one transaction, and has it written down. Throws what the producer throws. */
  async send(portion: Portion, rate: number | null): Promise<void> {
    const { run, producer } = this.#parts;
    await this.#writeLeft(portion);
    const { copies } = portion;
    if (copies.length === 0) return this.#noted(portion, []);
    const at = run.ctx.now();
    this.bucket = afterPortion(this.bucket, { rate, count: copies.length, now: at });
    const { from, to } = portion;
    const refused: Portion["left"] = [];
    const sent = await producer.send(
      {
        records: copies.map(({ copy }) => this.#stamped(copy, at)),
        entry: (targets) => ({
          job: run.id,
          by: { epoch: Number(run.lease.epoch), recovery: run.recoveries.count },
          range: portion.range?.range ?? null,
          from,
          to,
          skipped: [...portion.left, ...refused].map(({ position }) => position),
          targets,
        }),
        refused: async (records) => {
          refused.push(...records.flatMap(({ index, reason }) => leftOf(copies[index], reason)));
          await this.#writeLeft({ ...portion, left: refused });
        },
        mayCommit: async () => {
          await this.#ask();
          return true;
        },
      },
      run.signal,
    );
    if (!sent.committed) throw new Error("The transaction was not committed.");
    const sentPortion = withoutRefused(portion, refused);
    this.sentInAll += sentPortion.copies.length;
    await this.#noted(sentPortion, sent.targets);
  }

  /** A copy is made ahead of its time: it is stamped when it is sent. */
  #stamped(copy: CopyRecord, at: number): CopyRecord {
    return this.#parts.job.spec.times === "kept" ? copy : { ...copy, timestamp: BigInt(at) };
  }

  /** Writes down what is not sent and why, before the transaction: the ledger tells no reasons. */
  async #writeLeft({ range, left }: Portion): Promise<void> {
    const { run } = this.#parts;
    const at = run.ctx.now();
    const groups = Map.groupBy(
      left.filter(({ kind }) => kind !== "left-out"),
      ({ kind, code, reason }) => [kind, code, reason].join("\n"),
    );
    for (const [first, ...rest] of groups.values()) {
      if (first === undefined) continue;
      const { kind, code, reason } = first;
      const positions = [first, ...rest].map(({ position }) => position);
      const outcome = kind === "refused" ? "refused" : "failed";
      await run.guarded(async (tx) => {
        if (range === null)
          return tx.jobRuns.leave(run.number, { seqs: positions, outcome, code, reason, at });
        const of = { offsets: 1, outcome, code, reason } as const;
        await tx.jobRuns.addExceptions(
          run.number,
          positions.map((offset) => exceptionOf(range, { offset, ...of })),
        );
      });
    }
  }

  async #noted(portion: Portion, targets: CopyTargets): Promise<void> {
    const { range, from, to, copies, left, gap } = portion;
    if (range === null)
      return this.checkpoints.add({ rows: sentRows(copies, targets), nextSeq: to, range: null });
    const unsent = left.filter(({ kind }) => kind !== "left-out").length;
    const lost = gap === null ? null : exceptionOfGap(range, gap);
    const passed = Number(to - from) - unsent - (lost?.offsets ?? 0);
    await this.checkpoints.add({
      ...{ rows: [], nextSeq: null },
      range: { range: range.range, nextOffset: to, sent: copies.length, passed, targets, lost },
    });
    // The ledger tells no gaps: one must stand before an entry lies behind it.
    if (lost !== null) await this.checkpoints.flush();
  }
}

const leftOf = (copy: ReadyCopy | undefined, reason: string): Portion["left"] =>
  copy === undefined ? [] : [{ position: copy.position, kind: "failed", code: "record_refused", reason }];

/** A portion as it was sent: what brokers refused of it is left. */
function withoutRefused(portion: Portion, refused: Portion["left"]): Portion {
  if (refused.length === 0) return portion;
  const gone = new Set(refused.map(({ position }) => position));
  const copies = portion.copies.filter(({ position }) => !gone.has(position));
  return { ...portion, copies, left: [...portion.left, ...refused] };
}

/** What of a range is not sent, as its row is written. */
function exceptionOf(
  { topic, topicId, partition }: RangeCursor,
  left: Pick<JobException, "offset" | "offsets" | "outcome" | "code" | "reason">,
): JobException {
  return { topic, topicId, partition, was: "pending", ...left };
}

function exceptionOfGap(range: RangeCursor, { fromOffset, toOffset, reason }: Gap): JobException {
  const offsets = Number(toOffset - fromOffset);
  const all = offsets === 1 ? `Offset ${fromOffset} is` : `Offsets ${fromOffset} to ${toOffset - 1n} are`;
  return exceptionOf(range, {
    ...{ offset: fromOffset, offsets, outcome: "failed", code: "gone" },
    reason: `${all} gone (${recordsPhrase(offsets)} at most): ${reason}`,
  });
}

/** The rows of a transaction with where their copies lie: a partition's in their order. */
function sentRows(
  copies: readonly ReadyCopy[],
  targets: CopyTargets,
): { seq: bigint; targetOffset: bigint; contentHash: string }[] {
  const offsets = new Map<string, bigint[]>();
  for (const { topic, partition, baseOffset, count } of targets) {
    const key = `${partition} ${topic}`;
    const run = Array.from({ length: count }, (_, nth) => baseOffset + BigInt(nth));
    offsets.set(key, [...(offsets.get(key) ?? []), ...run]);
  }
  const taken = new Map<string, number>();
  return copies.map(({ position, copy }) => {
    const key = `${copy.partition} ${copy.topic}`;
    const nth = taken.get(key) ?? 0;
    taken.set(key, nth + 1);
    const targetOffset = offsets.get(key)?.[nth];
    if (targetOffset === undefined)
      throw new Error(`The producer does not tell where copy ${position} lies.`);
    const contentHash = contentHashOf(copy.key, copy.value).toString("hex");
    return { seq: position, targetOffset, contentHash };
  });
}
