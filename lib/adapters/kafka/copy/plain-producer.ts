import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { BatchSender } from "#lib/adapters/kafka/copy/batch-sender.ts";
import {
  CopyError,
  type CopyFailpoint,
  type CopyProducer,
  type CopyTargets,
  type CopyTransaction,
} from "#lib/adapters/kafka/copy/copy-port.ts";
import { writeEntry, type CopyProducerOptions } from "#lib/adapters/kafka/copy/copy-producer.ts";
import { producerId } from "#lib/adapters/kafka/copy/producer-id.ts";
import { TargetLeaders } from "#lib/adapters/kafka/copy/target-leaders.ts";
import { LEDGER_TOPIC } from "#lib/domain/jobs/ledger-entry.ts";

/**
 * openPlainProducer opens a {@link CopyProducer} for brokers that refuse transactions, over links of its own, which it
 * closes. Its batches carry a producer id where the brokers give one, so that they know a batch again that is sent twice
 * by this producer; they are acknowledged by all replicas in sync in any case. It fences nobody. Throws
 * {@link CopyError}.
 */
export async function openPlainProducer(
  links: ClusterLinks,
  options: CopyProducerOptions,
  signal: AbortSignal,
): Promise<CopyProducer> {
  try {
    const { identity } = await producerId(links, signal);
    await options.failpoints?.("in-init-producer");
    const leaders = new TargetLeaders(links, options.planned);
    await leaders.ensure([LEDGER_TOPIC]);
    const sender = new BatchSender({ transactionalId: null, identity, leaders });
    return new PlainProducer(options, { links, leaders, sender });
  } catch (error) {
    await links.close();
    throw error;
  }
}

interface Parts {
  readonly links: ClusterLinks;
  readonly leaders: TargetLeaders;
  readonly sender: BatchSender;
}

class PlainProducer implements CopyProducer {
  readonly #options: CopyProducerOptions;
  readonly #parts: Parts;
  /** Set while copies are under way, and for good when it ended unknown what of them is there. */
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
    if (!(await transaction.mayCommit())) return { committed: false, targets: [] };
    signal.throwIfAborted();
    this.#spent = true;
    await this.#at("before-send");
    const targets = await this.#copies(transaction);
    await this.#at("after-send");
    // Asked again: who lost the job meanwhile must not tell the ledger what its successor sends anew.
    if (!(await transaction.mayCommit())) return { committed: false, targets: [] };
    const entry = transaction.entry(targets);
    if (entry !== null) await writeEntry(this.#parts.sender, entry, this.#options.now());
    this.#spent = false;
    await this.#at("after-commit");
    return { committed: true, targets };
  }

  async close(): Promise<void> {
    this.#spent = true;
    await this.#parts.links.close();
  }

  /** Writes the copies, and makes sure that they went into the topics that were meant. */
  async #copies({ records, refused }: CopyTransaction): Promise<CopyTargets> {
    const { sender, leaders } = this.#parts;
    const sent = await sender.write(records);
    await Promise.all([...sent.leaders].map(([leader, topics]) => leaders.verify(leader, [...topics])));
    if (sent.refused.length > 0) await refused(sent.refused);
    return sent.targets;
  }

  async #at(failpoint: CopyFailpoint): Promise<void> {
    await this.#options.failpoints?.(failpoint);
  }
}
