import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { SWEEP_PARTS } from "#lib/domain/sweep/observation.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { createTopics, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER, openObservedCluster, type ObservedCluster } from "../observed-cluster.ts";

const prefix = topicPrefix();
const READ = `${prefix}.order.placed`;
/** Nobody has made it yet, as the topics of a shadow are not when their plan is made. */
const LATER = `${prefix}.order.placed.shadow.trial`;
const BY_NAME = `${prefix}-by-name`;
const BY_PATTERN = `${prefix}-by-pattern`;
const OF_ONE = `${prefix}-of-one`;
const PATTERN = `${prefix}\\..*\\.shadow\\.[a-z]+`;

let it: ObservedCluster;
const consumers: ChildProcess[] = [];

const consume = (group: string, protocol: "classic" | "consumer", topics: string): void => {
  const java = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(testStack().kafkaJars ?? "", "*")];
  const source = join(import.meta.dirname, "SubscribedConsumer.java");
  const args = [...java, source, testStack().kafkaBrokers, group, protocol, topics];
  consumers.push(spawn("java", args, { stdio: "ignore" }));
};

beforeAll(async () => {
  it = await openObservedCluster(() => Date.now());
  await createTopics([{ topic: READ, numPartitions: 1, replicationFactor: 1 }]);
  consume(BY_NAME, "classic", LATER);
  consume(BY_PATTERN, "consumer", PATTERN);
  consume(OF_ONE, "classic", READ);
  await untilSwept();
}, 90_000);
afterAll(async () => {
  for (const consumer of consumers) consumer.kill("SIGKILL");
  await it.close();
});

/** Sweeps the broker until all three are settled in their groups, and stores what is ours. */
async function untilSwept(): Promise<void> {
  const bootstrap = testStack().kafkaBrokers.split(",");
  const kafka = openKafkaCluster({ bootstrap, clientId: "test", tls: null, sasl: null, now: Date.now });
  try {
    await until(
      async () => {
        const seen = await kafka.sweep(new Set(SWEEP_PARTS), AbortSignal.timeout(30_000));
        const groups = seen.groups.filter(({ id }) => id.startsWith(prefix));
        if (groups.length < 3 || groups.some(({ state }) => state !== "stable")) return false;
        if (groups.some(({ id }) => seen.members?.get(id)?.length !== 1)) return false;
        const topics = [...seen.topics.values()].filter(({ name }) => name.startsWith(prefix));
        await it.sweep({ at: seen.at, topics, groups, members: seen.members });
        return true;
      },
      { limitMs: 60_000, everyMs: 500, what: "three consumers in their groups" },
    );
  } finally {
    await kafka.close();
  }
}

const radius = (target: { kind: "source" }, targets: string[]) =>
  blastRadius({ ...it.ctx, cluster: CLUSTER }, { target }, { targets, failing: new Set() });

test("a sweep keeps the pattern of a group of the new protocol, and the topics that nobody owns yet", async () => {
  const member = async (group: string) => {
    const input = { params: { cluster: CLUSTER, group }, query: {}, body: undefined };
    return (await getGroup(it.ctx, input)).members[0];
  };
  expect(await member(BY_PATTERN)).toMatchObject({ pattern: PATTERN, waitsFor: [], assignments: [] });
  expect(await member(BY_NAME)).toMatchObject({ pattern: null, waitsFor: [LATER], assignments: [] });
  expect(await member(OF_ONE)).toMatchObject({ pattern: null, waitsFor: [] });
});

test("groups that subscribe to a target by name or by pattern are in the blast radius before they own a partition", async () => {
  const groups = await radius({ kind: "source" }, [LATER, READ, `${prefix}.order.placed.shadow.42`]);
  expect(groups.map(({ group, topic, by, doubt }) => [group, topic, by, doubt])).toEqual([
    [BY_NAME, LATER, "subscription", undefined],
    [BY_PATTERN, LATER, "subscription", undefined],
    [OF_ONE, READ, "members", undefined],
  ]);
});

test("a pattern that cannot be read here is told as a doubt", async () => {
  const members = `[{"memberId":"m","clientId":"c","host":"h","instanceId":null,"assignments":[],"pattern":"order(?=s)"}]`;
  await withClient(it.database.url, (client) =>
    client.query("UPDATE group_state SET members = $1 WHERE group_id = $2", [members, BY_PATTERN]),
  );
  const [group] = await radius({ kind: "source" }, [`${prefix}.unheard`]);
  expect(group).toMatchObject({ group: BY_PATTERN, by: "subscription", lag: null });
  expect(group?.doubt).toBe("It may read here: it subscribes by order(?=s), which cannot be read here.");
});
