import { randomUUID } from "node:crypto";
import type { Admin } from "kafkajs";
import { SHOP_EVENTS } from "#demo/events.ts";
import { SHOP_GROUPS } from "#demo/groups.ts";
import { testKafka, withAdmin } from "../../support/kafka.ts";
import { until } from "../../support/until.ts";

/** A record as the log holds it, headers as text. */
export interface ReadRecord {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  readonly offset: string;
}

const READ_LIMIT_MS = 15_000;

function isShopTopic(topic: string): boolean {
  return SHOP_EVENTS.some((event) => topic === event.topic || topic.startsWith(`${event.topic}.`));
}

/**
 * Removes the topics and groups of a shop that ran on this broker before. The shop's names are fixed, so two cannot
 * share a broker: refuses where a group of a running shop has members.
 */
export async function clearShop(): Promise<void> {
  await withAdmin(async (admin) => {
    const groups = Object.keys(SHOP_GROUPS).flatMap((group) => [group, `${group}-redrive`]);
    const { groups: found } = await admin.describeGroups(groups);
    const living = found.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
    if (living.length > 0) throw new Error(`A shop runs on this broker: ${living.join(", ")} have members`);
    const known = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
    const left = groups.filter((group) => known.has(group));
    if (left.length > 0) await admin.deleteGroups(left);
    const topics = (await admin.listTopics()).filter(isShopTopic);
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await until(async () => !(await admin.listTopics()).some(isShopTopic), {
      limitMs: READ_LIMIT_MS,
      what: "the removal of the shop's topics",
    });
  });
}

/** Every record of a topic up to its end offsets of now. */
export async function readTopic(topic: string): Promise<ReadRecord[]> {
  const ends = await withAdmin((admin: Admin) => admin.fetchTopicOffsets(topic));
  const wanted = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const read: ReadRecord[] = [];
  if (wanted === 0) return read;
  const consumer = testKafka().consumer({ groupId: `shop-test-${randomUUID()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        read.push({
          key: message.key?.toString() ?? null,
          value: message.value,
          headers: Object.fromEntries(headers) as Record<string, string>,
          partition,
          offset: message.offset,
        });
        return Promise.resolve();
      },
    });
    await until(() => read.length >= wanted, {
      limitMs: READ_LIMIT_MS,
      what: `${wanted} records of ${topic}`,
    });
    return read;
  } finally {
    await consumer.disconnect();
  }
}
