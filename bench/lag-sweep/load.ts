import { setTimeout as delay } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { groupName, topicName, topicsOfGroup, type Shape } from "./shape.ts";

const TOPICS_AT_ONCE = 50;
const GROUPS_AT_ONCE = 8;
/** A broker takes about 70 s to make the logs of 10,000 partitions; all calls are tried again until then. */
const LIMIT_MS = 600_000;

/**
 * load makes the topics and the commits of a shape: empty topics, and for each group a commit on every partition of
 * its topics. Offsets have one width on the wire, so that a full topic answers with as many bytes.
 */
export async function load(brokers: string, shape: Shape, say: (line: string) => void): Promise<void> {
  const admin = new Admin({
    ...{ clientId: "bench-load", bootstrapBrokers: brokers.split(","), retries: 3, retryDelay: 500 },
    timeout: 60_000,
  });
  try {
    const names = Array.from({ length: shape.topics }, (_, n) => topicName(n));
    for (let from = 0; from < names.length; from += TOPICS_AT_ONCE) {
      const topics = names.slice(from, from + TOPICS_AT_ONCE);
      await admin.createTopics({ topics, partitions: shape.partitionsPerTopic, replicas: 1 });
    }
    say(`${shape.topics} topics are asked for`);
    await again(() => describeAll(admin, names, shape.partitionsPerTopic));
    say(`${shape.topics * shape.partitionsPerTopic} partitions have leaders`);
    await commitAll(admin, shape);
    say(`${shape.groups} groups have committed`);
  } finally {
    await admin.close();
  }
}

async function describeAll(admin: Admin, names: string[], partitions: number): Promise<void> {
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  for (const name of names) {
    const found = topics.get(name);
    if (found === undefined || found.partitions.length < partitions)
      throw new Error(`${name} is not there yet`);
    if (found.partitions.some((each) => each.leader < 0)) throw new Error(`${name} has no leader yet`);
  }
}

async function commitAll(admin: Admin, shape: Shape): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < shape.groups) {
      const n = next;
      next += 1;
      const topics = topicsOfGroup(shape, n).map((name) => ({
        name,
        partitionOffsets: Array.from({ length: shape.partitionsPerTopic }, (_, partition) => ({
          partition,
          offset: BigInt(1_000_000 + n),
        })),
      }));
      await again(() => admin.alterConsumerGroupOffsets({ groupId: groupName(n), topics }));
    }
  };
  await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, work));
}

async function again(work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await delay(500);
    }
  }
}
