import { Kafka, logLevel } from "kafkajs";
import type { Sweeper } from "./peer.ts";
import { topicName, type Shape } from "./shape.ts";

const CONCURRENCY = 10;
const TRIES = 5;

/**
 * kafkajs's admin: it has no batched call, so that groups and topics are asked for one by one, ten at a time. A call
 * that fails is made again: on several brokers `fetchTopicOffsets` throws where another call has just changed what the
 * client knows of the topics.
 */
export async function kafkajsSweeper(brokers: string, shape: Shape): Promise<Sweeper> {
  const kafka = new Kafka({
    ...{ clientId: "bench-kafkajs", brokers: brokers.split(","), logLevel: logLevel.NOTHING },
    requestTimeout: 60_000,
  });
  const admin = kafka.admin();
  let requests = 0;
  admin.on(admin.events.REQUEST, () => (requests += 1));
  await admin.connect();
  return {
    async sweep() {
      const { groups } = await admin.listGroups();
      let [commits, ends] = [0, 0];
      await tenAtATime(groups, async ({ groupId }) => {
        const found = await again(() => admin.fetchOffsets({ groupId }));
        for (const { partitions } of found) commits += partitions.length;
      });
      const topics = Array.from({ length: shape.topics }, (_, n) => topicName(n));
      await tenAtATime(topics, async (topic) => {
        const found = await again(() => admin.fetchTopicOffsets(topic));
        ends += found.length;
      });
      return { groups: groups.length, commits, ends };
    },
    requests: () => requests,
    close: () => admin.disconnect(),
  };
}

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

async function tenAtATime<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const drain = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, drain));
}
