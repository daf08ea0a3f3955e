import { Admin } from "@platformatic/kafka";
import { testStack } from "#test/support/stack.ts";

/** Commits of one group by topic and partition; null is a partition without one. */
export type Commits = Readonly<Record<string, readonly (number | bigint | null)[]>>;

/** Runs `work` with an admin client that knows what kafkajs does not, and closes it. */
export async function withAdminClient<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({
    clientId: "test-admin-client",
    bootstrapBrokers: testStack().kafkaBrokers.split(","),
    retries: 5,
    retryDelay: 200,
  });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** commitOffsets commits for groups that nobody joins: what a standalone consumer leaves behind. */
export async function commitOffsets(groups: ReadonlyMap<string, Commits>): Promise<void> {
  await withAdminClient(async (admin) => {
    for (const [groupId, topics] of groups) {
      await admin.alterConsumerGroupOffsets({
        groupId,
        topics: Object.entries(topics).map(([name, offsets]) => ({
          name,
          partitionOffsets: offsets.flatMap((offset, partition) =>
            offset === null ? [] : [{ partition, offset: BigInt(offset) }],
          ),
        })),
      });
    }
  });
}
