import type { Kafka, Message as KafkaMessage } from "kafkajs";
import { stampEvent } from "./headers.ts";
import { keyOf } from "./key.ts";
import type { KitLog } from "./log.ts";
import type { Envelope } from "./message.ts";
import { createSender } from "./sender.ts";

/** Where a published event landed. */
export interface Published {
  eventId: string;
  partition: number;
  /** The record's offset, decimal. */
  offset: string;
}

/** What {@link createProducer} needs; `service` becomes the `producer` header. */
export interface ProducerOptions {
  kafka: Kafka;
  service: string;
  log: KitLog;
}

/** Writes events: acknowledged by all in-sync replicas, never reordered by a retry; an error reaches the caller. */
export interface EventProducer {
  connect(): Promise<void>;
  /**
   * Resolves once the record is acknowledged.
   * @throws MissingKeyError for a keyed event without a key, before anything is sent.
   * @throws PublishError otherwise; the record may still have been written if the error is not a refusal.
   */
  publish<T>(envelope: Envelope<T>): Promise<Published>;
  /** Publishes all, in order per key. Rejects with the first error; others of the batch may have been written. */
  publishBatch(envelopes: Envelope<unknown>[]): Promise<Published[]>;
  disconnect(): Promise<void>;
}

/** Creates a producer; nothing connects before `connect`. */
export function createProducer(options: ProducerOptions): EventProducer {
  const { kafka, service, log } = options;
  const sender = createSender({ kafka, log });

  const send = async (envelope: Envelope<unknown>): Promise<Published> => {
    const key = keyOf(envelope);
    const { eventId, headers } = stampEvent(envelope, service, Date.now());
    const message: KafkaMessage = { key, value: JSON.stringify(envelope.payload), headers };
    const written = await sender.send(envelope.event.topic, message);
    return { eventId, ...written };
  };

  return {
    connect: () => sender.connect(),
    publish: (envelope) => send(envelope),
    publishBatch: async (envelopes) => {
      envelopes.forEach(keyOf);
      return Promise.all(envelopes.map(send));
    },
    disconnect: () => sender.disconnect(),
  };
}
