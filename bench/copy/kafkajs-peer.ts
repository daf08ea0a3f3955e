import { Kafka, logLevel, type Consumer, type EachBatchPayload, type Message, type Producer } from "kafkajs";
import { roundOf, TRANSACTION, type CopyAsked, type Peer, type Round } from "./shape.ts";

/** As quick as kafkajs tries again: at its default of 300 ms every other transaction waits for the last one's markers. */
const RETRY = { initialRetryTime: 10, maxRetryTime: 2_000, multiplier: 1.5, factor: 0, retries: 40 };

/**
 * kafkajsCopy copies a topic by the plain loop: read, begin, send the copies and a ledger record for each, send the
 * offsets, commit. Its clock starts with the first batch.
 */
export async function kafkajsCopy(asked: CopyAsked, peer: Exclude<Peer, "sluice">): Promise<Round> {
  const kafka = new Kafka({
    ...{
      clientId: "bench-kafkajs",
      brokers: asked.brokers.split(","),
      logLevel: logLevel.NOTHING,
      retry: RETRY,
    },
  });
  const groupId = `bench-copy-${process.pid}`;
  const producer = kafka.producer({
    ...{ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1, transactionTimeout: 30_000 },
  });
  const consumer = kafka.consumer({ groupId, readUncommitted: false, maxBytesPerPartition: 2 * 1024 * 1024 });
  await Promise.all([producer.connect(), consumer.connect()]);
  try {
    await consumer.subscribe({ topics: [asked.source], fromBeginning: true });
    return await copyAll(consumer, { asked, producer, groupId, size: TRANSACTION[peer] });
  } finally {
    await Promise.all([producer.disconnect(), consumer.disconnect()]);
  }
}

interface Loop {
  asked: CopyAsked;
  producer: Producer;
  groupId: string;
  size: number;
}

function copyAll(consumer: Consumer, loop: Loop): Promise<Round> {
  const tookMs: number[] = [];
  let [records, startedAt] = [0, 0];
  return new Promise<Round>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    consumer
      .run({
        ...{ autoCommit: false, eachBatchAutoResolve: true },
        eachBatch: async (payload) => {
          const { batch } = payload;
          startedAt ||= performance.now();
          for (let from = 0; from < batch.messages.length; from += loop.size) {
            const beganAt = performance.now();
            records += await copySome(batch, from, loop);
            tookMs.push(performance.now() - beganAt);
            await payload.heartbeat();
          }
          if (records >= loop.asked.records) resolve(roundOf(records, performance.now() - startedAt, tookMs));
        },
      })
      .catch(reject);
  });
}

async function copySome(
  { topic, partition, messages: all }: EachBatchPayload["batch"],
  from: number,
  { asked, producer, groupId, size }: Loop,
): Promise<number> {
  const messages = all.slice(from, from + size);
  const transaction = await producer.transaction();
  await transaction.sendBatch({
    acks: -1,
    topicMessages: [
      {
        topic: asked.target,
        messages: messages.map(({ key, value, headers = {}, offset }): Message => ({
          ...{
            key,
            value,
            partition,
            headers: { ...headers, "redrive-id": `${groupId}:${partition}:${offset}` },
          },
        })),
      },
      {
        topic: asked.ledger,
        messages: messages.map(({ offset }): Message => ({
          ...{ key: `${partition}:${offset}`, value: groupId, partition: 0 },
        })),
      },
    ],
  });
  const last = messages.at(-1)?.offset ?? "0";
  const offsets = [{ partition, offset: String(BigInt(last) + 1n) }];
  await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: offsets }] });
  await transaction.commit();
  return messages.length;
}
