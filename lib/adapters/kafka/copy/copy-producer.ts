import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { BatchSender, type Sent } from "#lib/adapters/kafka/copy/batch-sender.ts";
import {
  CopyError,
  type CopyFailpoint,
  type CopyFailpoints,
  type CopyProducer,
  type CopyRecord,
  type CopyTargets,
  type CopyTransaction,
} from "#lib/adapters/kafka/copy/copy-port.ts";
import { ledgerRecordOf } from "#lib/adapters/kafka/copy/ledger-record.ts";
import { TargetLeaders } from "#lib/adapters/kafka/copy/target-leaders.ts";
import {
  TransactionCoordinator,
  type ProducerIdentity,
  type TopicPartitions,
} from "#lib/adapters/kafka/copy/transaction-coordinator.ts";
import type { PlannedTopic } from "#lib/domain/jobs/job-plan.ts";
import { LEDGER_TOPIC, ledgerPartitionOf, type LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";

/** CopyProducerOptions is what a producer of copies is made with. */
export interface CopyProducerOptions {
  readonly job: string;
  readonly planned: readonly PlannedTopic[];
  /** Epoch ms. */
  readonly now: () => number;
  readonly failpoints: CopyFailpoints | undefined;
}

/** transactionalIdOf is a job's transactional id: stable, so that its next worker fences the last one. */
export const transactionalIdOf = (job: string): string => `sluice-${job}`;

/**
 * openCopyProducer opens a {@link CopyProducer} of transactions over links of its own, which it closes. Throws
 * {@link CopyError}.
 */
export async function openCopyProducer(
  links: ClusterLinks,
  options: CopyProducerOptions,
  signal: AbortSignal,
): Promise<CopyProducer> {
  try {
    const transactionalId = transactionalIdOf(options.job);
    const coordinator = new TransactionCoordinator(links, transactionalId, options.failpoints);
    const identity = await coordinator.init(signal);
    const leaders = new TargetLeaders(links, options.planned);
    await leaders.ensure([LEDGER_TOPIC]);
    const sender = new BatchSender({ transactionalId, identity, leaders });
    return new Producer(options, { links, coordinator, identity, leaders, sender });
  } catch (error) {
    await links.close();
    throw error;
  }
}

interface Parts {
  readonly links: ClusterLinks;
  readonly coordinator: TransactionCoordinator;
  readonly identity: ProducerIdentity;
  readonly leaders: TargetLeaders;
  readonly sender: BatchSender;
}

class Producer implements CopyProducer {
  readonly #options: CopyProducerOptions;
  readonly #parts: Parts;
  /** Set while a transaction is open, and for good when one ended unknown. */
  #spent = false;

  constructor(options: CopyProducerOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  async send(
    transaction: CopyTransaction,
    signal: AbortSignal,
  ): Promise<{ committed: boolean; targets: CopyTargets }> {
    if (this.#spent) throw new CopyError("ambiguous", "This producer must be thrown away.");
    signal.throwIfAborted();
    this.#spent = true;
    const { coordinator, identity } = this.#parts;
    await coordinator.addPartitions(identity, this.#partitionsOf(transaction.records));
    await this.#at("before-send");
    const sent = await this.#orAborted(() => this.#write(transaction));
    await this.#at("after-send");
    // Asked to stop in the middle: the transaction is ended, so that no reader waits until it times out.
    const mayCommit = !signal.aborted && (await this.#orAborted(() => this.#mayCommit(transaction, sent)));
    await coordinator.end(identity, mayCommit);
    this.#spent = false;
    if (!mayCommit) signal.throwIfAborted();
    if (mayCommit) await this.#at("after-commit");
    return { committed: mayCommit, targets: mayCommit ? sent.targets : [] };
  }

  async close(): Promise<void> {
    this.#spent = true;
    await this.#parts.links.close();
  }

  /** Writes the copies, then the ledger's record of them. A refused batch leaves its transaction as it was. */
  async #write({ records, entry, refused }: CopyTransaction): Promise<Sent> {
    const { sender } = this.#parts;
    const copies = await sender.write(records);
    if (copies.refused.length > 0) await refused(copies.refused);
    const told = entry(copies.targets);
    if (told === null) return copies;
    const ledger = await writeEntry(sender, told, this.#options.now());
    const leaders = new Map(copies.leaders);
    for (const [leader, topics] of ledger.leaders)
      leaders.set(leader, new Set([...(leaders.get(leader) ?? []), ...topics]));
    return { ...copies, leaders };
  }

  /** Makes sure that all went where it was meant to, and asks whoever holds the job. */
  async #mayCommit(transaction: CopyTransaction, { leaders }: Sent): Promise<boolean> {
    const verified = [...leaders].map(([leader, topics]) => this.#parts.leaders.verify(leader, [...topics]));
    const [mayCommit] = await Promise.all([transaction.mayCommit(), ...verified]);
    return mayCommit;
  }

  /** Aborts the transaction where work failed that leaves no request under way, so that no reader waits for it. */
  async #orAborted<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const kind = error instanceof CopyError ? error.kind : null;
      if (kind === "ambiguous" || kind === "fenced") throw error;
      // Where this fails as well, recovery aborts it: this producer is thrown away.
      await Promise.allSettled([this.#parts.coordinator.end(this.#parts.identity, false)]);
      throw error;
    }
  }

  #partitionsOf(records: readonly CopyRecord[]): TopicPartitions[] {
    const topics = [...Map.groupBy(records, (each) => each.topic)].map(([name, ofTopic]) => ({
      name,
      partitions: [...new Set(ofTopic.map((each) => each.partition))],
    }));
    const ledger = { name: LEDGER_TOPIC, partitions: [ledgerPartitionOf(this.#options.job)] };
    return [...topics, ledger];
  }

  async #at(failpoint: CopyFailpoint): Promise<void> {
    await this.#options.failpoints?.(failpoint);
  }
}

/** writeEntry writes the ledger's record of a transaction. Throws CopyError `ledger_refused` where it is not taken. */
export async function writeEntry(sender: BatchSender, entry: LedgerEntry, at: number): Promise<Sent> {
  const sent = await sender.write([ledgerRecordOf(entry, at)]);
  const [refusal] = sent.refused;
  if (refusal !== undefined)
    throw new CopyError("ledger_refused", `The ledger takes no entry: ${refusal.reason}.`);
  return sent;
}
