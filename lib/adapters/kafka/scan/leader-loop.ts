import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import {
  FETCH_RECORDS_VERSIONS,
  type FetchAnswer,
  type FetchedRecords,
} from "#lib/adapters/kafka/scan/fetch-records.ts";
import type { Portion } from "#lib/adapters/kafka/scan/hand-over.ts";
import type { PartitionScan } from "#lib/adapters/kafka/scan/partition-scan.ts";
import { frameBatches } from "#lib/adapters/kafka/scan/record-batch.ts";
import type { ReadIsolation } from "#lib/adapters/kafka/scan/types.ts";

/** What a {@link LeaderLoop} needs of the scan it belongs to. */
export interface LoopSurroundings {
  readonly isolation: ReadIsolation;
  readonly partitionBytes: number;
  /** How long a leader may give nothing of a partition that has more. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly stopped: () => boolean;
  /** Hands portions over; loops take turns. */
  readonly handOver: (portions: readonly Portion[]) => Promise<void>;
  /** The partition must be placed anew: `why` tells what its leader said. */
  readonly onTrouble: (partitions: readonly PartitionScan[], why: string) => void;
  /** The partition does not hold the offset that was asked for. */
  readonly onOutOfRange: (partition: PartitionScan) => void;
}

/** An answer waits as long for a first byte; nothing is waited for while there is more to read. */
const MAX_WAIT_MS = 500;
const ANSWER_BYTES = 8 * 1024 * 1024;
const GREATEST_WANT_BYTES = 512 * 1024 * 1024;
/** Empty answers in a row, at the least, after which an offset is taken for one that the broker cannot read. */
const LEAST_EMPTIES = 3;
const OFFSET_OUT_OF_RANGE = 1;
const CORRUPT_MESSAGE = 2;
const TOPIC_AUTHORIZATION_FAILED = 29;

/** An answer with what was asked for. */
interface Fetched {
  readonly asked: readonly PartitionScan[];
  readonly answer: FetchAnswer;
}

/** LeaderLoop reads the partitions of one leader: one Fetch is in flight while the last answer is handed over. */
export class LeaderLoop {
  readonly #link: BrokerLink;
  readonly #around: LoopSurroundings;
  /** In the order they are asked for; those that got something go to the end. */
  #queue: PartitionScan[] = [];
  #running = false;

  constructor(link: BrokerLink, around: LoopSurroundings) {
    this.#link = link;
    this.#around = around;
  }

  /** Adds a partition; the caller runs the loop where it is idle. */
  add(partition: PartitionScan): void {
    this.#queue.push(partition);
  }

  get idle(): boolean {
    return !this.#running;
  }

  /** Reads until nothing is left to ask this leader for. */
  async run(): Promise<void> {
    this.#running = true;
    let inFlight: Promise<Fetched | null> | null = null;
    try {
      while (!this.#around.stopped()) {
        inFlight ??= this.#fetch();
        if (inFlight === null) return;
        const fetched: Fetched | null = await inFlight;
        inFlight = null;
        if (fetched === null) continue;
        const portions = this.#take(fetched);
        inFlight = this.#fetch();
        await this.#around.handOver(portions);
      }
    } finally {
      this.#running = false;
      // Nobody waits for it any more; what it failed with is told where the loop ended.
      inFlight?.catch(() => undefined);
    }
  }

  /** null where nothing is left to ask for; resolves with null where the leader did not answer. */
  #fetch(): Promise<Fetched | null> | null {
    const asked = this.#queue;
    return asked.length === 0 ? null : this.#ask([...asked]);
  }

  async #ask(asked: readonly PartitionScan[]): Promise<Fetched | null> {
    const { isolation, signal } = this.#around;
    const committed = isolation === "read_committed" ? 1 : 0;
    try {
      const answer = await speakNewest(this.#link, FETCH_RECORDS_VERSIONS, {
        args: [MAX_WAIT_MS, 1, ANSWER_BYTES, committed, 0, -1, this.#topicsOf(asked), [], ""],
        signal,
      });
      return { asked, answer };
    } catch (error) {
      signal.throwIfAborted();
      this.#drop(asked);
      this.#around.onTrouble(asked, toKafkaError(error, this.#link.address).message.replace(/\.$/, ""));
      return null;
    }
  }

  #topicsOf(asked: readonly PartitionScan[]): FetchTopics {
    return [...Map.groupBy(asked, ({ plan }) => plan.topicId)].map(([topicId, partitions]) => ({
      topicId,
      partitions: partitions.map(({ plan, fetchOffset, wantBytes }) => ({
        ...{ partition: plan.partition, currentLeaderEpoch: -1, fetchOffset, lastFetchedEpoch: -1 },
        partitionMaxBytes: Math.max(this.#around.partitionBytes, wantBytes),
      })),
    }));
  }

  #drop(partitions: readonly PartitionScan[]): void {
    const dropped = new Set(partitions);
    this.#queue = this.#queue.filter((each) => !dropped.has(each));
  }

  #take({ asked, answer }: Fetched): Portion[] {
    const told = new Map(answer.partitions.map((each) => [`${each.partition} ${each.topicId}`, each]));
    const all = answer.partitions.every((each) => each.chunks.length === 0);
    const portions: Portion[] = [];
    for (const partition of asked) {
      const { plan } = partition;
      const part = told.get(`${plan.partition} ${plan.topicId}`);
      const code = part?.errorCode ?? answer.errorCode;
      if (part === undefined || code !== 0) this.#refused(partition, code);
      else if (part.chunks.length === 0) {
        // A full answer leaves out partitions behind the first; a throttled one leaves out all.
        const withheld = answer.throttled || !(all || partition === asked[0]);
        this.#nothing(partition, part, withheld);
      } else {
        const portion = this.#cut(partition, part);
        if (portion !== null) portions.push(portion);
      }
    }
    // What was served goes behind what still waits: a full answer holds the first partitions alone.
    const served = new Set(portions.map((each) => each.partition));
    const open = this.#queue.filter((each) => each.open);
    this.#queue = [...open.filter((each) => !served.has(each)), ...open.filter((each) => served.has(each))];
    return portions;
  }

  #refused(partition: PartitionScan, code: number): void {
    if (code === CORRUPT_MESSAGE) {
      partition.passOver(`the broker finds its log broken (${nameOf(code)})`);
      return;
    }
    this.#drop([partition]);
    if (code === OFFSET_OUT_OF_RANGE) this.#around.onOutOfRange(partition);
    else if (code === TOPIC_AUTHORIZATION_FAILED) {
      partition.giveUp("unreachable", `the broker refuses it (${nameOf(code)})`);
    } else this.#around.onTrouble([partition], `its leader answers ${nameOf(code)}`);
  }

  #nothing(partition: PartitionScan, part: FetchedRecords, withheld: boolean): void {
    const { isolation, patienceMs } = this.#around;
    const committed = isolation === "read_committed";
    const end = committed ? part.lastStableOffset : part.highWatermark;
    if (partition.fetchOffset >= end && !partition.probing) {
      const held =
        committed && part.highWatermark > end ? "an open transaction holds back" : "the log ends before";
      partition.giveUp("truncated", `${held} what was asked for up to ${partition.plan.toOffset}`);
    } else if (!withheld && partition.emptyFor(LEAST_EMPTIES, patienceMs)) {
      partition.passOver("its leader gives nothing for it, though there is more");
    }
  }

  #cut(partition: PartitionScan, part: FetchedRecords): Portion | null {
    const { frames, cutBytes, broken } = frameBatches(part.chunks);
    const [first] = frames;
    const last = frames.at(-1);
    if (first === undefined || last === undefined || last.lastOffset < partition.fetchOffset) {
      this.#unframed(partition, cutBytes, broken ?? "the broker answers with other offsets");
      return null;
    }
    if (!partition.readable(first.firstOffset)) return null;
    partition.progressed();
    partition.fetchOffset = last.lastOffset + 1n;
    partition.endIfReached();
    const aborted = this.#around.isolation === "read_committed" ? part.aborted : [];
    return { partition, frames, aborted };
  }

  /** Not one whole batch came: it is asked for with more room once, and passed over if that does not help. */
  #unframed(partition: PartitionScan, cutBytes: number | null, why: string): void {
    if (cutBytes !== null && cutBytes <= GREATEST_WANT_BYTES && partition.wantBytes < cutBytes) {
      partition.wantBytes = cutBytes;
      return;
    }
    partition.wantBytes = 0;
    partition.passOver(`the batch there cannot be read: ${cutBytes === null ? why : "it is cut short"}`);
  }
}

type FetchTopics = Parameters<(typeof FETCH_RECORDS_VERSIONS)[number]["async"]>[7];
