import type { Kafka, Message } from "kafkajs";
import type { KitLog } from "./log.ts";
import { batchLength, OneBatchProducer, type Outgoing, type Written } from "./one-batch-producer.ts";
import { asPublishError, PublishError } from "./publish-error.ts";

/** Sends records for many callers at once; the producer and the consumer's copies go through one. */
export interface Sender {
  connect(): Promise<void>;
  /** Resolves when the record is acknowledged by all in-sync replicas. @throws PublishError */
  send(topic: string, message: Message): Promise<Written>;
  /** Waits for what was given to `send`, then disconnects. */
  disconnect(): Promise<void>;
}

interface Pending extends Outgoing {
  resolve: (written: Written) => void;
  reject: (error: PublishError) => void;
}

class BatchingSender implements Sender {
  readonly #producer: OneBatchProducer;
  readonly #queue: Pending[] = [];
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(producer: OneBatchProducer) {
    this.#producer = producer;
  }

  async connect(): Promise<void> {
    this.#closed = false;
    await this.#producer.connect();
  }

  send(topic: string, message: Message): Promise<Written> {
    if (this.#closed) return Promise.reject(new PublishError(topic, "Disconnected", { refused: false }));
    return new Promise<Written>((resolve, reject) => {
      this.#queue.push({ topic, message: { ...message }, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  async disconnect(): Promise<void> {
    this.#closed = true;
    await this.#pumping;
    await this.#producer.disconnect();
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#sendBatch(this.#queue.splice(0, batchLength(this.#queue)));
    this.#pumping = undefined;
  }

  /** A refusal in a batch of several says nothing of the others: each is then sent alone, in order. */
  async #sendBatch(batch: Pending[]): Promise<void> {
    try {
      const written = await this.#producer.sendBatch(batch);
      batch.forEach(({ topic, resolve, reject }, index) => {
        const place = written[index];
        if (place) resolve(place);
        else reject(new PublishError(topic, "NoAnswer", { refused: false }));
      });
    } catch (error) {
      if (batch.length > 1 && error instanceof PublishError && error.refused) {
        for (const pending of batch) await this.#sendBatch([pending]);
        return;
      }
      for (const { topic, reject } of batch) reject(asPublishError(topic, error));
    }
  }
}

/** Creates a sender: one batch in flight, and what is sent meanwhile is gathered into the next. */
export function createSender(options: { kafka: Kafka; log: KitLog }): Sender {
  return new BatchingSender(new OneBatchProducer(options));
}
