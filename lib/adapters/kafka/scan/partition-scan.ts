import type {
  PartitionOutcome,
  PartitionPlan,
  PartitionPosition,
  ScanFailure,
} from "#lib/adapters/kafka/scan/types.ts";

/** Failures of one partition that its outcome keeps; `onFailure` is told all of them. */
const FAILURES_KEPT = 100;

/** Offsets around a place that cannot be framed: the greatest that failed, and the least that is known to work. */
interface Probe {
  readonly fromOffset: bigint;
  readonly reason: string;
  bad: bigint;
  /** `firstOffset` is where the batch that came begins: a broker may find it by its last offset alone. */
  readable: { offset: bigint; firstOffset: bigint } | null;
  step: bigint;
}

/** PartitionScan is how far one partition of a scan has come. */
export class PartitionScan {
  readonly plan: PartitionPlan;
  /** What is asked for next: ahead of `nextOffset` while an answer is in flight. */
  fetchOffset: bigint;
  nextOffset: bigint;
  records = 0;
  bytes = 0;
  /** Bytes that the next batch is known to need. */
  wantBytes = 0;
  /** Since when nothing was read because of a failure that may pass, ms of the process's clock. */
  troubleSince: number | null = null;
  /** Metadata answers in a row that did not name the topic. */
  missing = 0;
  #empty: { answers: number; since: number } | null = null;
  #probe: Probe | null = null;
  #state: "open" | "done" | "failed" = "open";
  readonly #failures: ScanFailure[] = [];
  readonly #onFailure: ((failure: ScanFailure) => void) | undefined;

  constructor(plan: PartitionPlan, onFailure: ((failure: ScanFailure) => void) | undefined) {
    this.plan = plan;
    this.fetchOffset = plan.fromOffset;
    this.nextOffset = plan.fromOffset;
    this.#onFailure = onFailure;
    if (plan.fromOffset >= plan.toOffset) this.#state = "done";
  }

  get open(): boolean {
    return this.#state === "open";
  }

  /** Ends the partition where all of the plan is asked for. */
  endIfReached(): void {
    if (this.fetchOffset >= this.plan.toOffset && this.open) this.#state = "done";
  }

  /** Tells of offsets that are not handed over; `why` ends the sentence. */
  tell(
    kind: ScanFailure["kind"],
    fromOffset: bigint,
    { toOffset, why }: { toOffset: bigint; why: string },
  ): void {
    const { topic, partition } = this.plan;
    const reason = `topic ${topic} ${partition}, offset ${fromOffset}: ${why}.`;
    const failure: ScanFailure = { kind, topic, partition, fromOffset, toOffset, reason };
    if (this.#failures.length < FAILURES_KEPT) this.#failures.push(failure);
    this.#onFailure?.(failure);
  }

  /** Gives the rest of the partition up. */
  giveUp(kind: "gone" | "unreachable" | "truncated", why: string): void {
    const { toOffset } = this.plan;
    this.tell(kind, this.fetchOffset, { toOffset, why });
    this.#state = kind === "truncated" ? "done" : "failed";
  }

  /** Goes on from a later offset than was asked for. */
  moveTo(offset: bigint): void {
    this.fetchOffset = offset;
    this.nextOffset = offset;
    this.endIfReached();
  }

  /**
   * The answer from `fetchOffset` on cannot be cut into batches: looks for the next offset that can be read, in growing
   * steps and then by halves, and tells what lies between.
   */
  passOver(reason: string): void {
    const probe = this.#probe;
    if (probe === null) {
      const from = this.fetchOffset;
      this.#probe = { fromOffset: from, reason, bad: from, readable: null, step: 1n };
    } else {
      probe.bad = this.fetchOffset;
      probe.step *= 2n;
    }
    this.#aim();
  }

  /** Something was read: earlier troubles are over. */
  progressed(): void {
    this.troubleSince = null;
    this.missing = 0;
    this.wantBytes = 0;
    this.#empty = null;
  }

  /** Notes an answer without a byte though there is more; whether that went on for so many answers and so long. */
  emptyFor(answers: number, durationMs: number): boolean {
    // Beside a place that the broker cannot read, one empty answer tells.
    if (this.probing) return true;
    const now = performance.now();
    this.#empty ??= { answers: 0, since: now };
    this.#empty.answers += 1;
    return this.#empty.answers >= answers && now - this.#empty.since >= durationMs;
  }

  /** Whether a place that cannot be framed is being gone around. */
  get probing(): boolean {
    return this.#probe !== null;
  }

  /** An answer can be cut into batches, the first of which begins at `firstOffset`; whether they are to be taken. */
  readable(firstOffset: bigint): boolean {
    const probe = this.#probe;
    if (probe === null) return true;
    const least = firstOffset < this.fetchOffset ? firstOffset : this.fetchOffset;
    probe.readable = { offset: least > probe.bad ? least : this.fetchOffset, firstOffset: least };
    this.#aim();
    return false;
  }

  #aim(): void {
    const probe = this.#probe;
    if (probe === null) return;
    const { toOffset } = this.plan;
    if (probe.readable === null && probe.bad + probe.step >= toOffset)
      probe.readable = { offset: toOffset, firstOffset: toOffset };
    if (probe.readable === null) {
      this.fetchOffset = probe.bad + probe.step;
    } else if (probe.readable.offset - probe.bad > 1n) {
      this.fetchOffset = probe.bad + (probe.readable.offset - probe.bad) / 2n;
    } else {
      const { offset, firstOffset } = probe.readable;
      const behind = firstOffset > probe.fromOffset ? firstOffset : offset;
      this.#probe = null;
      this.tell("unreadable", probe.fromOffset, { toOffset: behind, why: probe.reason });
      this.moveTo(offset);
      this.nextOffset = behind;
    }
  }

  position(): PartitionPosition {
    const { topic, partition } = this.plan;
    return { topic, partition, nextOffset: this.nextOffset, records: this.records, bytes: this.bytes };
  }

  outcome(): PartitionOutcome {
    const { topicId, fromOffset, toOffset } = this.plan;
    // What was asked for may not have been handed over when the scan stopped.
    const reached = this.nextOffset >= (this.fetchOffset < toOffset ? this.fetchOffset : toOffset);
    const done = this.#state === "done" && reached;
    return { ...this.position(), topicId, fromOffset, toOffset, done, failures: [...this.#failures] };
  }
}
