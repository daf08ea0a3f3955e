import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { CopyError, type MayTransact } from "#lib/adapters/kafka/copy/copy-port.ts";
import { transactionalIdOf } from "#lib/adapters/kafka/copy/copy-producer.ts";
import { producerId } from "#lib/adapters/kafka/copy/producer-id.ts";
import { TransactionCoordinator } from "#lib/adapters/kafka/copy/transaction-coordinator.ts";

/**
 * mayTransact asks by InitProducerId on a job's transactional id whether its copies may be sent in transactions; the
 * holder of the job's lease alone may. A refusal for good is an answer; what passes by itself is asked again for 20 s,
 * and then thrown as {@link CopyError}.
 */
export async function mayTransact(
  links: ClusterLinks,
  job: string,
  signal: AbortSignal,
): Promise<MayTransact> {
  try {
    await new TransactionCoordinator(links, transactionalIdOf(job), undefined).init(signal);
    return { able: true };
  } catch (error) {
    // Without a code no broker has answered: a sign-in that fails says nothing of transactions.
    if (!(error instanceof CopyError) || error.kind !== "denied" || error.code === null) throw error;
    const { refusal } = await producerId(links, signal);
    const besides =
      refusal === null
        ? ""
        : ` They give no producer id either, so that a batch whose answer is lost is written again: ${refusal}.`;
    return { able: false, reason: `The brokers refuse transactions: ${error.message}.${besides}` };
  }
}
