import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import * as brokerContracts from "#lib/contracts/brokers.ts";
import * as clusterContracts from "#lib/contracts/clusters.ts";
import * as topicContracts from "#lib/contracts/topics.ts";
import { listBrokers } from "#lib/services/brokers/list-brokers.ts";
import { getCluster } from "#lib/services/clusters/get-cluster.ts";
import { listClusters } from "#lib/services/clusters/list-clusters.ts";
import { getGroupHistory } from "#lib/services/groups/get-group-history.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { listGroups } from "#lib/services/groups/list-groups.ts";
import { getTopic } from "#lib/services/topics/get-topic.ts";
import { listTopics } from "#lib/services/topics/list-topics.ts";
import { CLUSTER, group, topic, type ObservedCluster } from "../observed-cluster.ts";
import { at, ODD, openTwentySweeps, params, SWEEPS } from "../twenty-sweeps.ts";

let it: ObservedCluster;
let now = at(SWEEPS - 1) + 2_000;
beforeAll(async () => {
  it = await openTwentySweeps(() => now);
});
afterAll(() => it.close());

const groups = () =>
  listGroups(it.ctx, { params, query: { limit: 50, sort: "trouble", readers: "listed" }, body: undefined });

describe("topics and brokers", () => {
  type TopicQuery = Partial<z.output<typeof topicContracts.listTopics.query>>;
  const topics = (query: TopicQuery = {}) =>
    listTopics(it.ctx, {
      params,
      query: { limit: 50, internal: false, sort: "name", ...query },
      body: undefined,
    });

  test("list-topics leaves Kafka's own out unless asked for them", async () => {
    const { items, counts } = await topics();
    expect(items.map((each) => [each.name, each.role])).toEqual([
      ["huge", "base"],
      ["orders", "base"],
      ["orders.dlt", "dead-letter"],
    ]);
    expect(counts.byRole["dead-letter"]).toBe(1);
    expect((await topics({ internal: true })).items).toHaveLength(4);
    expect((await topics({ role: "internal" })).items).toHaveLength(1);
    const orders = items.find((each) => each.name === "orders");
    expect(orders).toMatchObject({
      groupCount: 3,
      produceRate: 20,
      retention: { state: "forever" },
      cleanupPolicy: "delete",
    });
    expect(orders?.recordsAtMost).toBe(2 * (1_000 + 100 * (SWEEPS - 1)) - 200);
  });
  test("list-topics pages in every order", async () => {
    for (const sort of topicContracts.TOPIC_SORTS) {
      const whole = (await topics({ sort })).items.map((each) => each.name);
      const first = await topics({ sort, limit: 2 });
      const rest = await topics({ sort, limit: 2, cursor: first.nextCursor ?? "" });
      expect([...first.items, ...rest.items].map((each) => each.name)).toEqual(whole);
      expect(rest.nextCursor).toBeNull();
    }
  });
  test("get-topic stands without Kafka and says what is missing", async () => {
    const { topic: orders, failures } = await getTopic(it.ctx, {
      params: { ...params, topic: "orders" },
      query: {},
      body: undefined,
    });
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toMatch(/127\.0\.0\.1:1: the connection is refused/);
    expect(orders.partitions).toEqual([
      { partition: 0, leaderId: null, replicaIds: [], isrIds: [], sizeBytes: null, start: 0n, end: 2_900n },
      { partition: 1, leaderId: null, replicaIds: [], isrIds: [], sizeBytes: null, start: 200n, end: 2_900n },
    ]);
    expect(orders.readers.map((each) => each.group)).toEqual(["inventory", "audit", "payments"]);
    expect(
      z.encode(topicContracts.getTopic.response, { topic: orders, failures }).topic.partitions[0]?.end,
    ).toBe("2900");
  });
  test("list-brokers", async () => {
    const { items } = await listBrokers(it.ctx, { params, query: {}, body: undefined });
    expect(z.encode(brokerContracts.listBrokers.response.shape.items, items)).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: 1, controller: true, leaderCount: 5 });
  });
});

// Last: these move the clock and the cluster.
describe("what the overview says", () => {
  test("names the groups in trouble, with totals", async () => {
    const overview = await getCluster(it.ctx, { params, query: {}, body: undefined });
    expect(overview.findings.map((each) => [each.tone, each.subject])).toEqual([
      ["critical", "inventory"],
      ["warning", "audit"],
      ["warning", ODD],
      ["warning", "payments"],
    ]);
    expect(overview).toMatchObject({
      produceRate: 20,
      consumeRate: 20,
      groupsByVerdict: { stall: 1, stop: 2, warn: 1 },
    });
    z.encode(clusterContracts.getCluster.response, overview);
  });
  test("samples that stopped are said, and rates of then are not rates of now", async () => {
    now += 60_000;
    const overview = await getCluster(it.ctx, { params, query: {}, body: undefined });
    expect(overview.findings[0]?.sentence).toBe("Samples stopped 1 m 2 s ago: no worker is sweeping Demo.");
    expect([overview.produceRate, overview.consumeRate]).toEqual([null, null]);
    expect((await listClusters(it.ctx)).items[0]?.sampling.state).toBe("stopped");
  });
  test("a group and a topic that are gone leave the lists and keep their history", async () => {
    now = at(SWEEPS) + 1_000;
    await it.sweep({
      at: at(SWEEPS),
      topics: [topic("orders", [5_000n, 5_000n])],
      groups: [group("payments", { orders: [5_000n, 5_000n] })],
    });
    expect((await groups()).items.map((each) => each.id)).toEqual(["payments"]);
    expect((await it.db.topics.get(CLUSTER, "huge"))?.row.name).toBeUndefined();
    const history = await getGroupHistory(it.ctx, {
      params: { ...params, group: "inventory" },
      query: { points: 240 },
      body: undefined,
    });
    expect(history.at).toHaveLength(SWEEPS);
  });
  test("a coordinator that does not answer takes no group away", async () => {
    const failures = [{ subject: "broker 2", reason: "h:9: it did not answer in time." }];
    await it.sweep({
      at: at(SWEEPS + 1),
      topics: [topic("orders", [5_100n, 5_100n])],
      groups: [],
      groupsComplete: false,
      failures,
    });
    const list = await groups();
    expect(list.items.map((each) => each.id)).toEqual(["payments"]);
    expect(list.items[0]?.observedAt).toBe(at(SWEEPS));
    expect(list.failures).toEqual(failures);
    const detail = await getGroup(it.ctx, {
      params: { ...params, group: "payments" },
      query: {},
      body: undefined,
    });
    expect(detail.partitions).toHaveLength(2);
  });
  test("another Kafka cluster under the same name is a finding, an id that is not told is none", async () => {
    const findings = async () => {
      const { findings: found } = await getCluster(it.ctx, { params, query: {}, body: undefined });
      return found.map(({ sentence }) => sentence).filter((sentence) => sentence.startsWith("Another"));
    };
    const sweep = (beat: number, kafkaClusterId: string | null) =>
      it.sweep({ at: at(beat), topics: [topic("orders", [5_100n, 5_100n])], groups: [], kafkaClusterId });
    await sweep(SWEEPS + 2, null);
    expect(await findings()).toEqual([]);
    await sweep(SWEEPS + 3, "kafka-2");
    await sweep(SWEEPS + 4, "kafka-2");
    now = at(SWEEPS + 4) + 2_000;
    expect(await findings()).toEqual([
      "Another Kafka cluster answers as Demo since 12 s: its id was kafka-1 and is kafka-2. " +
        "What is stored from before speaks of the other.",
    ]);
  });
});
