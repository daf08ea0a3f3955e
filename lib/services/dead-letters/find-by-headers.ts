import type { NamedTopic } from "#lib/adapters/db/dead-letter-topics.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { PartitionPlan, RecordView, ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import { readEnvelope, type ReadOptions } from "#lib/domain/dead-letters/dialects/registry.ts";
import { retrySourceOf } from "#lib/domain/dead-letters/find-topics.ts";

/** What one look may cost: topics, partitions of each, records of each, and when a topic is looked into again. */
const TOPICS = 20;
const PARTITIONS = 8;
const RECORDS = 3n;
const AGAIN_MS = 300_000;
const PARTITION_BYTES = 64 * 1024;
const PATIENCE_MS = 2_000;

/** A topic whose newest records are all dead letters of other topics. */
export interface TopicByHeaders extends NamedTopic {
  /** The topics that its records say they come from. */
  sources: string[];
}

interface Seen {
  records: number;
  sources: Set<string>;
  /** Whether a record was there that is no dead letter, or one that came from this very topic: a redrive's copy. */
  other: boolean;
}

/**
 * HeaderFinder finds dead-letter topics whose names tell nothing, by the headers of their newest records. Each look is
 * bounded, and goes on with the topics that were not looked into for the longest; a topic that did not grow is not read
 * again.
 */
export class HeaderFinder {
  readonly #reader: KafkaCluster["reader"];
  readonly #options: ReadOptions;
  readonly #looked = new Map<string, { at: number; ends: string }>();

  constructor(reader: KafkaCluster["reader"], options: ReadOptions = {}) {
    this.#reader = reader;
    this.#options = options;
  }

  /** Looks into some of the topics; `now` is epoch ms. Throws KafkaError. */
  async look(topics: readonly NamedTopic[], now: number, signal: AbortSignal): Promise<TopicByHeaders[]> {
    const due = this.#due(topics, now);
    if (due.length === 0) return [];
    const names = due.map(({ name }) => name);
    const { partitions } = await this.#reader.offsets(names, signal);
    const plan = due.flatMap((topic) => this.#planOf(topic, partitions, now));
    if (plan.length === 0) return [];
    const seen = await this.#read(plan, signal);
    return due.flatMap((topic) => {
      const found = seen.get(topic.topicId);
      return found === undefined || found.other || found.records === 0
        ? []
        : [{ ...topic, sources: [...found.sources].sort() }];
    });
  }

  #due(topics: readonly NamedTopic[], now: number): NamedTopic[] {
    const lookedAt = ({ topicId }: NamedTopic): number => this.#looked.get(topicId)?.at ?? 0;
    return topics
      .filter((topic) => now - lookedAt(topic) >= AGAIN_MS && retrySourceOf(topic.name) === null)
      .sort((a, b) => lookedAt(a) - lookedAt(b))
      .slice(0, TOPICS);
  }

  /** The last records of a topic's partitions; nothing where the topic has not grown since the last look. */
  #planOf({ topicId }: NamedTopic, all: readonly ResolvedPartition[], now: number): PartitionPlan[] {
    const partitions = all.filter((each) => each.topicId === topicId);
    const ends = partitions.map(({ logEnd }) => logEnd).join();
    const grown = this.#looked.get(topicId)?.ends !== ends;
    this.#looked.set(topicId, { at: now, ends });
    if (!grown) return [];
    return partitions
      .filter(({ logStart, logEnd }) => logEnd > logStart)
      .slice(0, PARTITIONS)
      .map(({ topic, partition, logStart, logEnd }) => {
        const fromOffset = logEnd - RECORDS < logStart ? logStart : logEnd - RECORDS;
        return { topic, topicId, partition, fromOffset, toOffset: logEnd };
      });
  }

  async #read(plan: readonly PartitionPlan[], signal: AbortSignal): Promise<Map<string, Seen>> {
    const seen = new Map<string, Seen>();
    await this.#reader.read(plan, {
      onBatch: ({ topic, topicId, records }) => {
        const of = seen.get(topicId) ?? { records: 0, sources: new Set(), other: false };
        seen.set(topicId, of);
        for (const record of records) this.#note(of, topic, record);
        return undefined;
      },
      ...{ signal, partitionBytes: PARTITION_BYTES, patienceMs: PATIENCE_MS },
    });
    return seen;
  }

  #note(of: Seen, topic: string, { headers, key, value, timestamp, stampedBy }: RecordView): void {
    const at = Number(timestamp ?? 0n);
    const { dialect, origin } = readEnvelope({ topic, headers, key, value, at, stampedBy }, this.#options);
    of.records += 1;
    if (dialect === "unknown" || origin.topic === topic) of.other = true;
    if (origin.topic !== null) of.sources.add(origin.topic);
  }
}
