import { setTimeout as delay } from "node:timers/promises";
import { initProducerIdV4 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { copyErrorOf, toCopyError } from "#lib/adapters/kafka/copy/copy-errors.ts";
import { CopyError } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { ProducerIdentity } from "#lib/adapters/kafka/copy/transaction-coordinator.ts";

/** Brokers that do not know it say so by their versions, or by this. */
const UNSUPPORTED_VERSION = 35;
const PATIENCE_MS = 20_000;
const RETRY_MS = 100;
/** Without a transaction nothing can time out. */
const NO_TIMEOUT_MS = 0;
const NEVER = new AbortController().signal;

/** A producer id of no transaction, or why the brokers give none, in words. */
type GivenProducerId =
  | { readonly identity: ProducerIdentity; readonly refusal: null }
  | { readonly identity: null; readonly refusal: string };

/**
 * producerId asks for a producer id of no transaction, by which brokers know a batch again that is sent twice. They may
 * refuse it for good: some know no such ids, others ask for the right IDEMPOTENT_WRITE. What passes by itself is asked
 * again for 20 s. Throws {@link CopyError}, and the signal's reason.
 */
export async function producerId(links: ClusterLinks, signal: AbortSignal): Promise<GivenProducerId> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      return { identity: await ask(links), refusal: null };
    } catch (error) {
      const refusal = toCopyError(error, "InitProducerId");
      if (refusal.kind === "denied" && refusal.code !== null)
        return { identity: null, refusal: refusal.message };
      if (refusal.kind !== "ambiguous" || performance.now() >= deadline) throw refusal;
    }
    await delay(RETRY_MS, undefined, { signal });
  }
}

async function ask(links: ClusterLinks): Promise<ProducerIdentity> {
  const { key, version } = initProducerIdV4.api;
  const link = await anyBroker(links);
  if (!(await link.speaks(key, version, NEVER)))
    throw copyErrorOf({ code: UNSUPPORTED_VERSION }, "InitProducerId");
  const answer = await link.call(initProducerIdV4.api, [null, NO_TIMEOUT_MS, -1n, -1], NEVER);
  if (answer.errorCode !== 0) throw copyErrorOf({ code: answer.errorCode }, "InitProducerId");
  return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
}

async function anyBroker(links: ClusterLinks): Promise<BrokerLink> {
  await links.metadata([], NEVER);
  const [link] = links.brokers().values();
  if (link === undefined) throw new CopyError("ambiguous", "The cluster names no broker.");
  return link;
}
