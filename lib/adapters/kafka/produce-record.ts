import { setTimeout as delay } from "node:timers/promises";
import { initProducerIdV4, NumericMap, produceV10, produceV11, produceV9 } from "@platformatic/kafka";
import { speakNewest, type ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { leadersOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";
import type { NewRecord, ProducedRecord } from "#lib/domain/records/new-record.ts";

/** What producing goes by. */
export interface ProduceOptions {
  /** Refuses to write. */
  readonly readOnly: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE: nothing was written, ask again. */
const MOVED: ReadonlySet<number> = new Set([5, 6, 14, 15]);
const ATTEMPTS = 6;
const RETRY_MS = 300;
const ACKS_OF_ALL = -1;
/** How long the leader waits for its followers, ms. */
const REPLICATION_LIMIT_MS = 5_000;
const PRODUCE = [produceV11.api, produceV10.api, produceV9.api];

/**
 * produceRecord writes one record as it is given, acknowledged by all replicas in sync; headers keep their order, their
 * repeated names and their nulls. Without a partition it goes where Java's default partitioner puts its key, and
 * without a key too onto a partition by chance. It is sent with a producer id of its own, so that a connection that
 * broke in the middle cannot write it twice. Throws KafkaError: `read_only`, `not_found` for a topic or a partition
 * that is not there, `timeout` or `unreachable` where the outcome is unknown, `unknown` with Kafka's own refusal.
 */
export async function produceRecord(
  links: ClusterLinks,
  record: NewRecord,
  options: ProduceOptions,
): Promise<ProducedRecord> {
  if (options.readOnly) throw new KafkaError("read_only", "The configuration makes this cluster read-only.");
  const { topic } = record;
  const { partition } = await leaderOf(links, record, options.signal);
  const producer = await producerIdOf(links, options.signal);
  const message = messageOf(record, { partition, now: options.now() });
  let last = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(RETRY_MS, undefined, { signal: options.signal });
    const { link } = await leaderOf(links, { ...record, partition }, options.signal);
    if (link === null) {
      last = 5;
      continue;
    }
    const answer = await speakNewest(link, PRODUCE, {
      args: [ACKS_OF_ALL, REPLICATION_LIMIT_MS, [message], { ...producer, sequences: new NumericMap() }],
      signal: options.signal,
    });
    const written = typeof answer === "boolean" ? undefined : answer.responses[0]?.partitionResponses[0];
    if (written === undefined)
      throw new KafkaError("unknown", `topic ${topic} ${partition}: the leader's answer names no partition.`);
    if (written.errorCode === 0) return { topic, partition, offset: written.baseOffset };
    if (!MOVED.has(written.errorCode)) throw refused(record.topic, partition, written);
    last = written.errorCode;
  }
  throw new KafkaError("timeout", `topic ${topic} ${partition}: no leader took it (${nameOf(last)}).`);
}

/** Where the record goes, and the link to who leads there; null while nobody does. */
async function leaderOf(
  links: ClusterLinks,
  { topic, partition: wanted, key }: NewRecord,
  signal: AbortSignal,
): Promise<{ partition: number; link: BrokerLink | null }> {
  const metadata = await links.metadata([topic], signal);
  const errorCode = metadata.topics.find(({ name }) => name === topic)?.errorCode ?? 3;
  const partitions = leadersOf(metadata).get(topic) ?? [];
  if (partitions.length === 0) {
    const denied = nameOf(errorCode).includes("AUTHORIZATION");
    throw new KafkaError(
      denied ? "authorization_failed" : "not_found",
      `topic ${topic}: ${nameOf(errorCode)}.`,
    );
  }
  const partition = wanted ?? chosen(key, partitions.length);
  const leader = partitions[partition];
  if (leader === undefined)
    throw new KafkaError(
      "not_found",
      `topic ${topic} has ${partitions.length} partitions, and none is ${partition}.`,
    );
  return {
    partition,
    link: leader.leaderId === null ? null : (links.brokers().get(leader.leaderId) ?? null),
  };
}

const chosen = (key: Uint8Array | null, count: number): number =>
  key === null ? Math.floor(Math.random() * count) : partitionOfKey(key, count);

/** A producer id for one record: the broker drops what it has of it already. */
async function producerIdOf(
  links: ClusterLinks,
  signal: AbortSignal,
): Promise<{ producerId: bigint; producerEpoch: number }> {
  let last = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(RETRY_MS, undefined, { signal });
    const [link] = links.brokers().values();
    if (link === undefined) throw new KafkaError("unreachable", "The cluster names no broker.");
    const answer = await link.call(initProducerIdV4.api, [null, 0], signal);
    if (answer.errorCode === 0) return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
    last = answer.errorCode;
    if (!MOVED.has(last)) break;
  }
  const denied = nameOf(last).includes("AUTHORIZATION");
  throw new KafkaError(
    denied ? "authorization_failed" : "unknown",
    `The cluster gives no producer id (${nameOf(last)}).`,
  );
}

/** The record as the client's encoder takes it: names as bytes of their own keep repeats and order in a Map. */
function messageOf(
  { topic, key, value, headers }: NewRecord,
  { partition, now }: { partition: number; now: number },
) {
  return {
    topic,
    partition,
    timestamp: BigInt(now),
    // The encoder writes null for what is null; its type does not know that.
    ...({ key: bufferOf(key), value: bufferOf(value) } as { key: Buffer; value: Buffer }),
    headers: new Map(
      headers.map((header) => [Buffer.from(header.name, "utf8"), bufferOf(header.value)]),
    ) as Map<Buffer, Buffer>,
  };
}

const bufferOf = (bytes: Uint8Array | null): Buffer | null =>
  bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function refused(
  topic: string,
  partition: number,
  { errorCode, errorMessage }: { errorCode: number; errorMessage: string | null | undefined },
): KafkaError {
  const name = nameOf(errorCode);
  const said = errorMessage === null || errorMessage === undefined ? "" : `: ${errorMessage}`;
  const kind = name.includes("AUTHORIZATION")
    ? "authorization_failed"
    : errorCode === 3
      ? "not_found"
      : "unknown";
  return new KafkaError(kind, `topic ${topic} ${partition}: ${name}${said}`);
}
