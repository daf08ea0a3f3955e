import { setImmediate as afterWriting, setTimeout as delay } from "node:timers/promises";
import {
  addPartitionsToTxnV3,
  endTxnV3,
  endTxnV4,
  findCoordinatorV4,
  findCoordinatorV5,
  findCoordinatorV6,
  initProducerIdV4,
} from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import {
  CONCURRENT_TRANSACTIONS,
  COORDINATOR_MOVED,
  copyErrorOf,
  toCopyError,
} from "#lib/adapters/kafka/copy/copy-errors.ts";
import { CopyError, type CopyFailpoint, type CopyFailpoints } from "#lib/adapters/kafka/copy/copy-port.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";

/** What InitProducerId gave. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Partitions of one topic that a transaction writes to. */
export interface TopicPartitions {
  readonly name: string;
  readonly partitions: number[];
}

/** An answer with its error code. */
interface Answered<T> {
  readonly code: number;
  readonly value: T;
}

/** The broker ends a transaction that is open for longer. */
const TRANSACTION_TIMEOUT_MS = 30_000;
/** How long a coordinator that moves or is busy is asked again: less than a transaction may stay open. */
const PATIENCE_MS = 20_000;
const MOVED_RETRY_MS = 100;
const GREATEST_BUSY_RETRY_MS = 10;
const TRANSACTION_KEY = 1;
const UNSUPPORTED_VERSION = 35;
const COORDINATORS = [findCoordinatorV6.api, findCoordinatorV5.api, findCoordinatorV4.api];
const END_TXN = [endTxnV4.api, endTxnV3.api];
/** Requests of a transaction are not given up half way: each ends by its own time limit. */
const NEVER = new AbortController().signal;

/**
 * TransactionCoordinator speaks to the coordinator of one transactional id. Its calls throw {@link CopyError}; a refusal
 * that did nothing is asked again, for 20 s at the most.
 */
export class TransactionCoordinator {
  readonly #links: ClusterLinks;
  readonly #id: string;
  readonly #failpoints: CopyFailpoints | undefined;
  #link: BrokerLink | null = null;

  constructor(links: ClusterLinks, transactionalId: string, failpoints: CopyFailpoints | undefined) {
    this.#links = links;
    this.#id = transactionalId;
    this.#failpoints = failpoints;
  }

  /**
   * InitProducerId: fences whoever had the id and ends its transaction. It may be asked any number of times, so that a
   * connection that breaks is no failure; throws the signal's reason when that is aborted between two attempts.
   */
  async init(signal: AbortSignal): Promise<ProducerIdentity> {
    return this.#untilDone("InitProducerId", { signal, broken: "again" }, async (link) => {
      const { key, version } = initProducerIdV4.api;
      if (!(await link.speaks(key, version, NEVER)))
        throw copyErrorOf({ code: UNSUPPORTED_VERSION }, `InitProducerId of ${this.#id}`);
      const call = link.call(initProducerIdV4.api, [this.#id, TRANSACTION_TIMEOUT_MS, -1n, -1], NEVER);
      const { errorCode: code, producerId, producerEpoch } = await this.#held("in-init-producer", call);
      return { code, value: { producerId, producerEpoch } };
    });
  }

  /** AddPartitionsToTxn, which opens the transaction. Version 3 is the last that clients may speak. */
  async addPartitions(producer: ProducerIdentity, topics: readonly TopicPartitions[]): Promise<void> {
    await this.#untilDone("AddPartitionsToTxn", { signal: NEVER, broken: "ambiguous" }, async (link) => {
      const transaction = { transactionalId: this.#id, ...producer, verifyOnly: false, topics: [...topics] };
      const answer = await link.call(addPartitionsToTxnV3.api, [[transaction]], NEVER);
      const results = answer.resultsByTransaction
        .flatMap((each) => each.topicResults)
        .flatMap(({ name, resultsByPartition }) =>
          resultsByPartition.map(({ partitionErrorCode }) => ({ name, code: partitionErrorCode })),
        );
      const code = worstOf(results.map((each) => each.code));
      const named = results.find((each) => each.code === code);
      const refusal = copyErrorOf({ code }, `topic ${named?.name ?? ""}`);
      if (refusal.kind === "denied" || refusal.kind === "target_changed") throw refusal;
      return { code, value: undefined };
    });
  }

  /**
   * EndTxn. What may have been written to a connection that broke is not sent again: a late one would end a transaction
   * that began after it.
   */
  async end(producer: ProducerIdentity, commit: boolean): Promise<void> {
    const { producerId, producerEpoch } = producer;
    await this.#untilDone("EndTxn", { signal: NEVER, broken: "ambiguous" }, async (link) => {
      for (const api of END_TXN) {
        if (!(await link.speaks(api.key, api.version, NEVER))) continue;
        const call = link.callOnce(api, [this.#id, producerId, producerEpoch, commit], NEVER);
        const { errorCode: code } = await (commit ? this.#held("in-end", call) : call);
        return { code, value: undefined };
      }
      throw new CopyError("ambiguous", `${link.address} speaks no EndTxn that Sluice speaks.`);
    });
  }

  /** Stops at a failpoint once the request is written. */
  async #held<Answer>(at: CopyFailpoint, call: Promise<Answer>): Promise<Answer> {
    if (this.#failpoints === undefined) return call;
    // The failpoint may throw, and nobody hears the answer then.
    call.catch(() => undefined);
    await afterWriting();
    await this.#failpoints(at);
    return call;
  }

  async #untilDone<T>(
    what: string,
    { signal, broken }: { signal: AbortSignal; broken: "again" | "ambiguous" },
    ask: (link: BrokerLink) => Promise<Answered<T>>,
  ): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt += 1) {
      signal.throwIfAborted();
      const answered = await this.#ask(ask, what, signal);
      if ("value" in answered && answered.code === 0) return answered.value;
      const error = "error" in answered ? answered.error : null;
      const code = "error" in answered ? 0 : answered.code;
      const moved = COORDINATOR_MOVED.has(code);
      if (moved || error !== null) this.#link = null;
      const refusal = error ?? copyErrorOf({ code }, `${what} of ${this.#id}`);
      const again = error === null ? moved || code === CONCURRENT_TRANSACTIONS : broken === "again";
      if (!again || refusal.kind !== "ambiguous" || performance.now() >= deadline) throw refusal;
      const busyMs = Math.min(1 + attempt, GREATEST_BUSY_RETRY_MS);
      await delay(code === CONCURRENT_TRANSACTIONS ? busyMs : MOVED_RETRY_MS, undefined, { signal });
    }
  }

  async #ask<T>(
    ask: (link: BrokerLink) => Promise<Answered<T>>,
    what: string,
    signal: AbortSignal,
  ): Promise<Answered<T> | { code: number } | { error: CopyError }> {
    try {
      const found = await this.#find(signal);
      return typeof found === "number" ? { code: found } : await ask(found);
    } catch (error) {
      signal.throwIfAborted();
      return { error: toCopyError(error, `${what} of ${this.#id}`) };
    }
  }

  /** The coordinator's link, or why nobody is it now. */
  async #find(signal: AbortSignal): Promise<BrokerLink | number> {
    if (this.#link !== null) return this.#link;
    await this.#links.metadata([], signal);
    const [any] = this.#links.brokers().values();
    if (any === undefined) return 15;
    const answer = await speakNewest(any, COORDINATORS, { args: [TRANSACTION_KEY, [this.#id]], signal });
    const [found] = answer.coordinators;
    if (found === undefined || found.errorCode !== 0) return found?.errorCode ?? 15;
    this.#link = this.#links.brokers().get(found.nodeId) ?? null;
    return this.#link ?? 15;
  }
}

/** OPERATION_NOT_ATTEMPTED says only that another partition failed. */
function worstOf(codes: readonly number[]): number {
  const failed = codes.filter((code) => code !== 0);
  return failed.find((code) => nameOf(code) !== "OPERATION_NOT_ATTEMPTED") ?? failed[0] ?? 0;
}
