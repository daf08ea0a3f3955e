import { setTimeout as delay } from "node:timers/promises";
import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { CopyFailpoints } from "#lib/adapters/kafka/copy/copy-port.ts";
import { createTopic } from "#lib/adapters/kafka/copy/create-topic.ts";
import { entryOf } from "#lib/adapters/kafka/copy/ledger-record.ts";
import { readingError } from "#lib/adapters/kafka/copy/passing-failure.ts";
import { standingOf } from "#lib/adapters/kafka/copy/standing.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { readOffsets } from "#lib/adapters/kafka/read-offsets.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import {
  LEDGER_PARTITIONS,
  LEDGER_RETENTION_MS,
  LEDGER_TOPIC,
  type LedgerEntry,
} from "#lib/domain/jobs/ledger-entry.ts";

/** Whose entries are read, and between which offsets of the ledger's partition. */
interface LedgerAsked {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly job: string;
}

/** How long leaders, and transactions of other jobs, are waited for. */
const LEADERS_PATIENCE_MS = 20_000;
const STABLE_PATIENCE_MS = 60_000;
const RETRY_MS = 50;

/**
 * ensureLedger makes the ledger's topic where it is not there, waits until all of it is led, and answers its id. Throws
 * KafkaError `authorization_failed` where it may not be made, `unknown` where one of other partitions is there.
 */
export async function ensureLedger(links: ClusterLinks, signal: AbortSignal): Promise<{ topicId: string }> {
  let standing = await ledgerStanding(links, signal);
  if (standing === null) await madeLedger(links, signal);
  const deadline = performance.now() + LEADERS_PATIENCE_MS;
  for (;;) {
    standing = await ledgerStanding(links, signal);
    // A topic that was made just now is told without its partitions at first.
    if (standing?.led === true && standing.partitions < LEDGER_PARTITIONS)
      throw new KafkaError("unknown", `${tooFew(standing.partitions)}.`);
    if (standing?.led === true) return { topicId: standing.topicId };
    if (performance.now() >= deadline)
      throw new KafkaError("timeout", `topic ${LEDGER_TOPIC}: not all of its partitions have a leader.`);
    await delay(RETRY_MS, undefined, { signal });
  }
}

/** null where there is none. */
async function ledgerStanding(
  links: ClusterLinks,
  signal: AbortSignal,
): Promise<{ topicId: string; partitions: number; led: boolean } | null> {
  const metadata = await links.metadata([LEDGER_TOPIC], signal);
  const found = metadata.topics.find(({ name }) => name === LEDGER_TOPIC);
  if (found !== undefined && nameOf(found.errorCode).includes("AUTHORIZATION"))
    throw new KafkaError("authorization_failed", `topic ${LEDGER_TOPIC}: ${nameOf(found.errorCode)}.`);
  const topicId = found === undefined ? null : topicIdOf(found.topicId);
  if (topicId === null || found === undefined) return null;
  const leaders = leadersOf(metadata).get(LEDGER_TOPIC) ?? [];
  const led = leaders.length > 0 && leaders.every(({ leaderId }) => leaderId !== null);
  return { topicId, partitions: leaders.length, led };
}

/**
 * ledgerRefusal tells why a job could not use the ledger, in a sentence that names the missing right; null where it can.
 * It makes nothing: whether a ledger that is not there may be made is asked for, too. Throws KafkaError.
 */
export async function ledgerRefusal(links: ClusterLinks, signal: AbortSignal): Promise<string | null> {
  const [standing] = await standingOf(links, [LEDGER_TOPIC], signal);
  if (standing === undefined) throw new KafkaError("unknown", `topic ${LEDGER_TOPIC}: no answer names it.`);
  const { topicId, partitionCount } = standing;
  const missing = [
    ...(standing.mayDescribe === false ? ["DESCRIBE"] : []),
    ...(standing.mayRead === false ? ["READ"] : []),
    ...(standing.mayWrite === false ? ["WRITE"] : []),
  ];
  if (missing.includes("DESCRIBE"))
    return `Sluice may not see the ledger ${LEDGER_TOPIC}: it needs the rights DESCRIBE, READ and WRITE on it, and CREATE where it is not there.`;
  if (topicId === null) {
    const refusal = await createTopic(links, LEDGER, { validateOnly: true, signal });
    if (refusal === null) return null;
    return refusal.denied
      ? `Sluice may not make the ledger ${LEDGER_TOPIC}: it needs the right CREATE on it, or somebody who has it makes it with ${LEDGER_PARTITIONS} partitions.`
      : `The ledger cannot be made: ${refusal.said}.`;
  }
  if (missing.length > 0)
    return `Sluice may not use the ledger ${LEDGER_TOPIC}: it needs the right ${missing.join(" and ")} on it.`;
  return partitionCount > 0 && partitionCount < LEDGER_PARTITIONS ? `${tooFew(partitionCount)}.` : null;
}

const tooFew = (partitions: number): string =>
  `topic ${LEDGER_TOPIC} has ${partitions} partitions, and must have ${LEDGER_PARTITIONS}`;

const LEDGER = {
  ...{ name: LEDGER_TOPIC, partitionCount: LEDGER_PARTITIONS },
  configs: {
    "cleanup.policy": "delete",
    "retention.ms": String(LEDGER_RETENTION_MS),
    "retention.bytes": "-1",
  },
};

async function madeLedger(links: ClusterLinks, signal: AbortSignal): Promise<void> {
  const refusal = await createTopic(links, LEDGER, { validateOnly: false, signal });
  if (refusal === null) return;
  const words = `topic ${LEDGER_TOPIC} cannot be made: ${refusal.said}`;
  if (refusal.denied)
    throw new KafkaError("authorization_failed", `${words} (Sluice needs the right CREATE on it).`);
  throw new KafkaError("unknown", words);
}

/** ledgerOffset is an offset of one of the ledger's partitions; waited for while its leader does not tell it. */
export async function ledgerOffset(
  links: ClusterLinks,
  asked: { which: "end" | "stable"; partition: number },
  signal: AbortSignal,
): Promise<bigint> {
  const { which, partition } = asked;
  const deadline = performance.now() + LEADERS_PATIENCE_MS;
  for (;;) {
    const leaders = leadersOf(await links.metadata([LEDGER_TOPIC], signal)).get(LEDGER_TOPIC) ?? [];
    const others = leaders.map((each, n) => (n === partition ? each : { ...each, leaderId: null }));
    const read = await readOffsets(which, new Map([[LEDGER_TOPIC, others]]), {
      ...{ brokers: links.brokers(), signal },
    });
    const offset = read.offsets.get(LEDGER_TOPIC)?.[partition] ?? null;
    if (offset !== null) return offset;
    if (performance.now() >= deadline) {
      const why = read.failures.find(({ reason }) => !reason.includes("no leader"))?.reason ?? "no leader";
      throw new KafkaError(
        "timeout",
        `topic ${LEDGER_TOPIC} ${partition}: its offsets are not told (${why})`,
      );
    }
    await delay(RETRY_MS, undefined, { signal });
  }
}

/**
 * readLedger waits until nothing before `to` is undecided and reads a job's entries. Throws KafkaError `timeout` where
 * another transaction stays open for 60 s, and `unknown` where any of the offsets cannot be read: a ledger with a gap
 * proves nothing.
 */
export async function readLedger(
  links: ClusterLinks,
  asked: LedgerAsked,
  { signal, failpoints }: { signal: AbortSignal; failpoints: CopyFailpoints | undefined },
): Promise<LedgerEntry[]> {
  const { partition, from, to, job } = asked;
  await untilStable(links, asked, signal);
  await failpoints?.("in-ledger-read");
  const standing = await ledgerStanding(links, signal);
  if (standing === null) throw new KafkaError("not_found", `topic ${LEDGER_TOPIC} is not there.`);
  const key = Buffer.from(job);
  const entries: LedgerEntry[] = [];
  const plan = { topic: LEDGER_TOPIC, topicId: standing.topicId, partition, fromOffset: from, toOffset: to };
  const [outcome] = await readPartitions(links, [plan], {
    ...{ isolation: "read_committed", signal },
    mayMatch: (bytes) => bytes.includes(key),
    onBatch({ records }) {
      for (const record of records) {
        if (record.key?.equals(key) !== true) continue;
        entries.push(entryOf(record.value, `topic ${LEDGER_TOPIC} ${partition}, offset ${record.offset}`));
      }
      return undefined;
    },
  });
  const failure = outcome?.failures[0];
  if (failure !== undefined) throw readingError(failure, "unknown", "The ledger cannot be read: ");
  if (outcome?.done !== true) throw new KafkaError("unknown", "The ledger was not read to its end.");
  return entries;
}

async function untilStable(
  links: ClusterLinks,
  { partition, to }: LedgerAsked,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + STABLE_PATIENCE_MS;
  for (;;) {
    const stable = await ledgerOffset(links, { which: "stable", partition }, signal);
    if (stable >= to) return;
    if (performance.now() >= deadline)
      throw new KafkaError(
        "timeout",
        `topic ${LEDGER_TOPIC} ${partition}: a transaction stays open at ${stable}, before ${to}.`,
      );
    await delay(RETRY_MS, undefined, { signal });
  }
}
