import { setTimeout as delay } from "node:timers/promises";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import {
  CONCURRENT_TRANSACTIONS,
  copyErrorOf,
  sentenceOf,
  toCopyError,
} from "#lib/adapters/kafka/copy/copy-errors.ts";
import {
  CopyError,
  type CopyRecord,
  type CopyTargets,
  type RefusedRecord,
} from "#lib/adapters/kafka/copy/copy-port.ts";
import { encodeBatch, NO_PRODUCER } from "#lib/adapters/kafka/copy/encode-batch.ts";
import {
  GREATEST_BATCH_BYTES,
  queuesOf,
  type PartitionQueue,
} from "#lib/adapters/kafka/copy/partition-queue.ts";
import { PRODUCE_BATCHES_VERSIONS, type ProduceBatches } from "#lib/adapters/kafka/copy/produce-batches.ts";
import type { TargetLeaders } from "#lib/adapters/kafka/copy/target-leaders.ts";
import type { ProducerIdentity } from "#lib/adapters/kafka/copy/transaction-coordinator.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";

type PartitionAnswer = Awaited<
  ReturnType<(typeof PRODUCE_BATCHES_VERSIONS)[number]["async"]>
>["responses"][number]["partitionResponses"][number];

/**
 * Nothing was written, or the broker knows it again by its sequence: LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER,
 * REQUEST_TIMED_OUT, NETWORK_EXCEPTION, COORDINATOR_NOT_AVAILABLE and the like, NOT_ENOUGH_REPLICAS (and after the
 * append), KAFKA_STORAGE_ERROR, FENCED and UNKNOWN_LEADER_EPOCH. UNKNOWN_TOPIC_OR_PARTITION too: whether the topic is
 * gone is told by its metadata.
 */
const AGAIN: ReadonlySet<number> = new Set([3, 5, 6, 7, 13, 14, 15, 16, 19, 20, 56, 74, 75]);
/**
 * REQUEST_TIMED_OUT, NETWORK_EXCEPTION, NOT_ENOUGH_REPLICAS_AFTER_APPEND, KAFKA_STORAGE_ERROR: of those above, the ones
 * that may have been written. A producer without an id must not send them again by itself: nobody would count them.
 */
const MAYBE_WRITTEN: ReadonlySet<number> = new Set([7, 13, 20, 56]);
/**
 * A record is taken for no reason that passes: MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_TIMESTAMP,
 * POLICY_VIOLATION, INVALID_RECORD.
 */
const REFUSED: ReadonlySet<number> = new Set([10, 18, 32, 44, 87]);
/** MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE. */
const TOO_LARGE: ReadonlySet<number> = new Set([10, 18]);
const PATIENCE_MS = 20_000;
const RETRY_MS = 100;
const BUSY_RETRY_MS = 5;
const REPLICATION_LIMIT_MS = 5_000;
const GREATEST_SEQUENCE = 0x7fffffff;
const NEVER = new AbortController().signal;

/** Who writes, and where to. */
interface Sending {
  /** null where no transaction is open. */
  readonly transactionalId: string | null;
  /** null where the brokers give no producer id: a batch that is sent again is written again then. */
  readonly identity: ProducerIdentity | null;
  readonly leaders: TargetLeaders;
}

/** Records, and what became of them so far. */
interface Writing {
  readonly records: readonly CopyRecord[];
  readonly taken: Map<BrokerLink, Set<string>>;
  readonly refused: RefusedRecord[];
}

/** Where copies went, which leaders took which topics, and the records that were refused. */
export interface Sent {
  readonly targets: CopyTargets;
  readonly leaders: ReadonlyMap<BrokerLink, ReadonlySet<string>>;
  readonly refused: readonly RefusedRecord[];
}

/** BatchSender writes records, within a transaction where one is open, and counts the sequences of each partition. */
export class BatchSender {
  readonly #sending: Sending;
  readonly #sequences = new Map<string, number>();
  /** What a topic was seen to take as one batch, bytes. */
  readonly #limits = new Map<string, number>();

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  /**
   * Writes records, acknowledged by all replicas in sync: a request a leader at a time, in it a batch a partition. A
   * batch that is refused as too large, or for one record that is not named, is written in halves; all records are
   * written but those that are refused by themselves. Throws {@link CopyError} when no request is under way any more.
   */
  async write(records: readonly CopyRecord[]): Promise<Sent> {
    const queues = queuesOf(records, this.#limits);
    const writing: Writing = { records, taken: new Map(), refused: [] };
    await this.#sending.leaders.ensure(new Set(queues.map((each) => each.topic)));
    const deadline = performance.now() + PATIENCE_MS;
    for (let open = queues; open.length > 0; open = queues.filter((each) => each.next !== null)) {
      const codes = await this.#round(open, writing);
      if (codes.length === 0) continue;
      if (performance.now() >= deadline)
        throw copyErrorOf({ code: codes[0] ?? 0 }, `no leader took copies for ${PATIENCE_MS / 1000} s`);
      const busy = codes.every((code) => code === CONCURRENT_TRANSACTIONS);
      await delay(busy ? BUSY_RETRY_MS : RETRY_MS);
      if (!busy) await this.#sending.leaders.refresh([...new Set(open.map((each) => each.topic))]);
    }
    const { taken: leaders, refused } = writing;
    return { targets: queues.flatMap((each) => each.written), leaders, refused };
  }

  /** One batch of each partition; the codes of those that are to be sent again. */
  async #round(open: readonly PartitionQueue[], { records, taken, refused }: Writing): Promise<number[]> {
    const { leaders } = this.#sending;
    const byLeader = Map.groupBy(open, ({ topic, partition }) => leaders.leaderOf(topic, partition));
    const codes: number[] = byLeader.delete(null) ? [5] : [];
    const settled = await Promise.allSettled(
      [...byLeader].map(async ([leader, queues]) => {
        if (leader === null) return;
        const answers = await this.#produce(leader, queues, records);
        for (const queue of queues) {
          const again = this.#take(queue, answers.get(keyOf(queue)), refused);
          if (again !== null) codes.push(again);
          else taken.set(leader, (taken.get(leader) ?? new Set<string>()).add(queue.topic));
        }
      }),
    );
    const failed = settled.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return codes;
  }

  async #produce(
    leader: BrokerLink,
    queues: readonly PartitionQueue[],
    records: readonly CopyRecord[],
  ): Promise<Map<string, PartitionAnswer>> {
    const { transactionalId, identity } = this.#sending;
    const batches = queues.map((queue) => {
      const { topic, partition } = queue;
      const sequence = this.#sequences.get(keyOf(queue)) ?? 0;
      const ofBatch = (queue.next ?? []).flatMap((index) => records[index] ?? []);
      const transactional = transactionalId !== null;
      const batch = encodeBatch(
        ofBatch,
        identity === null ? NO_PRODUCER : { ...identity, sequence, transactional },
      );
      queue.sentBytes = batch.length;
      return { topic, partition, batch };
    });
    const request = { transactionalId, replicationLimitMs: REPLICATION_LIMIT_MS, batches };
    try {
      const { responses } =
        identity === null
          ? await produceOnce(leader, request)
          : await speakNewest(leader, PRODUCE_BATCHES_VERSIONS, { args: [request], signal: NEVER });
      return new Map(
        responses.flatMap(({ name: topic, partitionResponses }) =>
          partitionResponses.map((each) => [keyOf({ topic, partition: each.index }), each] as const),
        ),
      );
    } catch (error) {
      throw toCopyError(error, "Produce");
    }
  }

  /** Notes what became of a partition's next batch; the code of one that is to be sent again, else null. */
  #take(queue: PartitionQueue, answer: PartitionAnswer | undefined, refused: RefusedRecord[]): number | null {
    const { topic, partition } = queue;
    const what = `topic ${topic} ${partition}`;
    if (answer === undefined)
      throw new CopyError("ambiguous", `${what}: the leader's answer does not name it.`);
    const { errorCode: code, baseOffset, recordErrors, errorMessage: said } = answer;
    if (code === 0) {
      // A batch that the broker knew already, and whose place it no longer knows.
      if (baseOffset < 0n)
        throw new CopyError("ambiguous", `${what}: the leader does not tell where it wrote.`);
      const count = queue.acknowledge(baseOffset);
      const sequence = (this.#sequences.get(keyOf(queue)) ?? 0) + count;
      this.#sequences.set(
        keyOf(queue),
        sequence > GREATEST_SEQUENCE ? sequence - GREATEST_SEQUENCE - 1 : sequence,
      );
      return null;
    }
    if (this.#sending.identity === null && MAYBE_WRITTEN.has(code)) throw maybeWritten(what, code);
    if (AGAIN.has(code) || code === CONCURRENT_TRANSACTIONS) {
      queue.maybeWritten ||= MAYBE_WRITTEN.has(code);
      return code;
    }
    if (!REFUSED.has(code)) throw copyErrorOf({ code, said }, what);
    // The next batch would go by the same sequence, and be taken for this one.
    if (queue.maybeWritten) throw maybeWritten(what, code);
    const named = recordErrors.map(({ batchIndex }) => batchIndex);
    if (named.length === 0 && queue.halve()) {
      if (TOO_LARGE.has(code)) this.#learn(queue);
      return null;
    }
    const left = queue.leaveOut(new Set(named.length === 0 ? [0] : named));
    if (left.length === 0)
      throw new CopyError("ambiguous", `${what}: the leader names no record of its batch.`);
    const reason = sentenceOf({ code, said }, what);
    refused.push(...left.map((index) => ({ index, reason })));
    return null;
  }

  /** The next transaction need not find out anew how much the topic takes. */
  #learn({ topic, sentBytes }: PartitionQueue): void {
    const known = this.#limits.get(topic) ?? GREATEST_BATCH_BYTES;
    this.#limits.set(topic, Math.min(known, Math.floor(sentBytes / 2)));
  }
}

/** Produce whose request is not sent again where the connection breaks: without a producer id it would lie there twice. */
async function produceOnce(
  leader: BrokerLink,
  request: ProduceBatches,
): ReturnType<(typeof PRODUCE_BATCHES_VERSIONS)[number]["async"]> {
  for (const api of PRODUCE_BATCHES_VERSIONS)
    if (await leader.speaks(api.key, api.version, NEVER)) return leader.callOnce(api, [request], NEVER);
  throw new CopyError("denied", `${leader.address} speaks no Produce that Sluice speaks.`);
}

const maybeWritten = (what: string, code: number): CopyError =>
  new CopyError("ambiguous", `${what}: ${nameOf(code)}: nobody knows whether it was written.`, { code });

const keyOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic} ${partition}`;
