import { Kafka, logLevel } from "kafkajs";
import { installCodecs } from "#kit/codecs.ts";
import { NEEDLE } from "./shape.ts";

/** kafkajsScan reads `expected` records of a topic by eachBatch, read_committed; its clock starts with the first batch. */
export async function kafkajsScan(
  brokers: string,
  topic: string,
  expected: number,
): Promise<{ records: number; hits: number; wallMs: number }> {
  installCodecs();
  const kafka = new Kafka({
    clientId: "bench-kafkajs",
    brokers: brokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: `bench-${process.pid}-${Date.now()}`, readUncommitted: false });
  let [records, hits, startedAt] = [0, 0, 0];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const wallMs = await new Promise<number>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        ...{ autoCommit: false, eachBatchAutoResolve: true },
        eachBatch: ({ batch }) => {
          startedAt ||= performance.now();
          for (const { value } of batch.messages) if (value?.includes(NEEDLE) === true) hits += 1;
          records += batch.messages.length;
          if (records >= expected) resolve(performance.now() - startedAt);
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return { records, hits, wallMs };
}
