import type { Kafka, Message, Producer, RecordMetadata } from "kafkajs";
import { createJavaPartitioner } from "./java-partitioner.ts";
import type { KitLog } from "./log.ts";
import { asPublishError, errorCodeOf, PublishError } from "./publish-error.ts";

/** A record for a topic. Its `partition` is filled in when it is sent. */
export interface Outgoing {
  topic: string;
  message: Message;
}

/** Where a record was written. */
export interface Written {
  partition: number;
  /** Decimal. */
  offset: string;
}

const MAX_BATCH_RECORDS = 200;
/** A partition's records travel as one batch, which must stay below its topic's `max.message.bytes`. */
const MAX_BATCH_BYTES = 512 * 1024;
const RETRY = { initialRetryTime: 10, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 12 };

/** How many of the first records make one batch: 200, or as many as stay under 512 kB, and at least one. */
export function batchLength(items: readonly Outgoing[]): number {
  let bytes = 0;
  let count = 0;
  for (const { message } of items) {
    bytes += (message.value?.length ?? 0) + (message.key?.length ?? 0);
    if (count > 0 && (count >= MAX_BATCH_RECORDS || bytes > MAX_BATCH_BYTES)) break;
    count++;
  }
  return count;
}

/** Finds each record's own offset: a partition's records stand in a row from the base offset. */
function placesOf(batch: Outgoing[], metadata: RecordMetadata[]): Written[] {
  const next = new Map<string, bigint>();
  for (const { topicName, partition, baseOffset } of metadata) {
    next.set(`${topicName}:${partition}`, BigInt(baseOffset ?? "-1"));
  }
  return batch.map(({ topic, message }) => {
    const partition = message.partition ?? -1;
    const place = `${topic}:${partition}`;
    const offset = next.get(place) ?? -1n;
    if (offset >= 0n) next.set(place, offset + 1n);
    return { partition, offset: offset.toString() };
  });
}

/**
 * An idempotent producer that writes one batch at a time, acknowledged by all in-sync replicas.
 *
 * kafkajs gives the sequence numbers of a failed send to whatever is sent next; the broker, seeing numbers it knows,
 * then answers success for records it never stored. So its owner has one batch in flight, and after any error the
 * kafkajs producer, and with it its producer id, is thrown away.
 */
export class OneBatchProducer {
  readonly #kafka: Kafka;
  readonly #log: KitLog;
  #producer: Producer | undefined;
  #knownTopics = new Set<string>();

  constructor(options: { kafka: Kafka; log: KitLog }) {
    this.#kafka = options.kafka;
    this.#log = options.log;
  }

  /** Connects; `sendBatch` does it too where needed. */
  async connect(): Promise<void> {
    await this.#connected();
  }

  /**
   * Writes a batch, all or (after an error) an unknown part of it, in order. One call at a time.
   * @throws PublishError of the topic the broker complained of; `refused` if one of the records can never be written.
   */
  async sendBatch(batch: Outgoing[]): Promise<Written[]> {
    const topics = [...new Set(batch.map(({ topic }) => topic))];
    try {
      await this.#demandTopics(topics);
      const producer = await this.#connected();
      const topicMessages = topics.map((topic) => ({
        topic,
        messages: batch.filter((item) => item.topic === topic).map(({ message }) => message),
      }));
      return placesOf(batch, await producer.sendBatch({ acks: -1, topicMessages }));
    } catch (error) {
      await this.disconnect();
      throw asPublishError(topics.join(", "), error);
    }
  }

  /** Disconnects and forgets the producer id. */
  async disconnect(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    this.#knownTopics = new Set();
    if (!producer) return;
    try {
      await producer.disconnect();
    } catch (error) {
      this.#log.debug({ code: errorCodeOf(error) }, "A discarded producer did not close cleanly");
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#producer) return this.#producer;
    const producer = this.#kafka.producer({
      createPartitioner: createJavaPartitioner,
      allowAutoTopicCreation: false,
      idempotent: true,
      maxInFlightRequests: 1,
      retry: RETRY,
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  /** Asks once for topics not seen before: kafkajs would look for a missing one for minutes. */
  async #demandTopics(topics: string[]): Promise<void> {
    if (topics.every((topic) => this.#knownTopics.has(topic))) return;
    const admin = this.#kafka.admin({ retry: RETRY });
    await admin.connect();
    try {
      this.#knownTopics = new Set(await admin.listTopics());
    } finally {
      await admin.disconnect();
    }
    const missing = topics.find((topic) => !this.#knownTopics.has(topic));
    if (missing !== undefined)
      throw new PublishError(missing, "UNKNOWN_TOPIC_OR_PARTITION", { refused: true });
  }
}
