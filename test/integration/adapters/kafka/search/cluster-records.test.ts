import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ClusterRecords } from "#lib/adapters/kafka/search/types.ts";
import type { SearchEvent } from "#lib/domain/records/record-search.ts";
import { createTopics, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { commitOffsets } from "../commit-offsets.ts";
import { openTestPool, question, runToEnd } from "./search-fixture.ts";

const prefix = topicPrefix();
const topic = `${prefix}.orders`;
const deadLetters = `${topic}.dlt`;
const group = `${prefix}-billing`;
const MASKING = [{ topics: [topic], fields: ["value.card", "key", "header.authorization", "error"] }];
const CHOICES = { keyDecoder: "auto", valueDecoder: "auto" } as const;

let cluster: KafkaCluster;

function openCluster(options: Partial<Parameters<typeof openKafkaCluster>[0]> = {}): KafkaCluster {
  const bootstrap = testStack().kafkaBrokers.split(",");
  return openKafkaCluster({ bootstrap, clientId: "test", tls: null, sasl: null, now: Date.now, ...options });
}

beforeAll(async () => {
  await createTopics([
    { topic, numPartitions: 2, replicationFactor: 1 },
    { topic: deadLetters, numPartitions: 1, replicationFactor: 1 },
  ]);
  const producer = testKafka().producer();
  await producer.connect();
  const value = (n: number): string => JSON.stringify({ n, card: "4111222233334444" });
  await producer.send({
    topic,
    messages: Array.from({ length: 20 }, (_, n) => ({
      key: `secret-${n}`,
      value: value(n),
      partition: n % 2,
    })),
  });
  await producer.send({
    topic: deadLetters,
    messages: [
      {
        key: "secret-3",
        value: value(3),
        headers: {
          "dlt-message": "card 4111222233334444 is refused",
          "dlt-group": "billing",
          authorization: "Bearer x",
        },
      },
    ],
  });
  await producer.disconnect();
  cluster = openCluster({ masking: MASKING });
});

afterAll(() => cluster.close());

describe("the records of a cluster", () => {
  it("leave it masked, from searches, single reads and dead letters alike", async () => {
    const told = await runToEnd(cluster.records, question([topic, deadLetters]));
    expect(told.records).toHaveLength(21);
    const text = JSON.stringify(told.events, (_, each: unknown) =>
      typeof each === "bigint" ? String(each) : each,
    );
    expect(text).not.toMatch(/4111|secret-|Bearer/);
    const dead = told.records.find((each) => each.topic === deadLetters);
    expect(dead).toMatchObject({
      key: { text: "••••••" },
      value: { text: '{"n":3,"card":"••••••"}' },
      masked: ["key", "value.card", "header.dlt-message", "header.authorization"],
    });
    expect(dead?.headers.find(({ name }) => name === "dlt-group")?.value?.text).toBe("billing");
    const one = await cluster.records.read(
      { topic: deadLetters, partition: 0, offset: 0n },
      { keyDecoder: "hex", valueDecoder: "text", signal: AbortSignal.timeout(10_000) },
    );
    expect(one?.record).toMatchObject({
      key: { text: "••••••" },
      value: { text: '{"n":3,"card":"••••••"}' },
    });
    expect(one?.record.value?.failures[0]).toMatchObject({ decoder: "text" });
    expect(cluster.records.maskError(deadLetters, "card 4111")).toBe("••••••");
    expect(cluster.records.maskOf(topic).key).toEqual({ kind: "whole" });
  });

  it("give no answer about what is masked to a filter that is tried", async () => {
    const terms = [
      { kind: "path", in: "value", path: "card", operator: "contains", value: "4111" },
      { kind: "key", key: "secret-0" },
      { kind: "regex", in: "any", pattern: "4111" },
      { kind: "cel", expression: 'value.n == 0 && key == "secret-0"' },
    ] as const;
    const at = { topic, partition: 0, offset: 0n };
    const tried = await cluster.records.tryFilter(at, {
      ...CHOICES,
      terms,
      signal: AbortSignal.timeout(10_000),
    });
    expect(tried?.map(({ matches }) => matches)).toEqual([false, false, false, false]);
    expect(tried?.[0]?.problem).toContain("masked");
    expect(tried?.[1]?.problem).toContain("masked");
  });

  it("are read from a group's commits and from an offset", async () => {
    await commitOffsets(new Map([[group, { [topic]: [7, null] }]]));
    const told = await runToEnd(cluster.records, question([topic], { start: { kind: "group", group } }));
    const offsets = (partition: number): bigint[] =>
      told.records.filter((each) => each.partition === partition).map((each) => each.offset);
    expect(offsets(0)).toEqual([7n, 8n, 9n]);
    expect(offsets(1)).toHaveLength(10);
    expect(told.end.partitions.find((each) => each.partition === 1)?.failures[0]).toContain("no commit");
    const range = question([topic], {
      start: { kind: "offset", offset: 4n },
      end: { kind: "offset", offset: 6n },
      partitions: [1],
    });
    expect((await runToEnd(cluster.records, range)).records.map((each) => each.offset)).toEqual([4n, 5n]);
  });

  it("of __consumer_offsets are read as commits", async () => {
    await commitOffsets(new Map([[group, { [topic]: [9, 2] }]]));
    const terms = [
      { kind: "path", in: "key", path: "group", operator: "=", value: group },
      { kind: "path", in: "value", path: "offset", operator: "=", value: "9" },
    ] as const;
    const found = await until(
      async () => {
        const asked = question(["__consumer_offsets"], {
          start: { kind: "newest" },
          terms: [...terms],
          limits: { hits: 1 },
        });
        const told = await runToEnd(cluster.records, asked);
        return told.records[0] ?? false;
      },
      { limitMs: 20_000, what: "the commit in __consumer_offsets" },
    );
    expect(found).toMatchObject({
      key: { decoder: "consumer-offsets" },
      value: { decoder: "consumer-offsets" },
    });
  });

  it("of a topic that was made anew are not what a token goes on with", async () => {
    const again = `${prefix}.again`;
    await createTopics([{ topic: again, numPartitions: 1, replicationFactor: 1 }]);
    const producer = testKafka().producer();
    await producer.connect();
    const fill = (): Promise<unknown> =>
      producer.send({ topic: again, messages: Array.from({ length: 10 }, (_, n) => ({ value: `v${n}` })) });
    await fill();
    const told = await runToEnd(cluster.records, question([again], { limits: { hits: 5 } }));
    await withAdmin((admin) => admin.deleteTopics({ topics: [again] }));
    await until(() => withAdmin(async (admin) => !(await admin.listTopics()).includes(again)), {
      limitMs: 20_000,
      what: "the topic to be gone",
    });
    await createTopics([{ topic: again, numPartitions: 1, replicationFactor: 1 }]);
    await fill();
    await producer.disconnect();
    const ended = await runToEnd(cluster.records, question([again], { token: told.end.token }));
    expect(ended.end.reason).toBe("failed");
    expect(ended.end.sentence).toContain("made anew");
    expect(ended.records).toEqual([]);
  }, 90_000);
});

describe("a cluster that asks for TLS and a sign-in", () => {
  it("is searched by threads too, and a refused sign-in is told without the password", async () => {
    const { saslSsl } = testStack();
    if (saslSsl === null) throw new Error("the stack has no listener with TLS and SASL");
    const access = (password: string): Partial<Parameters<typeof openKafkaCluster>[0]> => ({
      bootstrap: [saslSsl.brokers],
      tls: { ca: saslSsl.caPem, rejectUnauthorized: true },
      sasl: { mechanism: "scram-sha-256", username: saslSsl.username, password },
    });
    const [right, wrong] = [openCluster(access(saslSsl.password)), openCluster(access("wrong-password"))];
    try {
      expect((await runToEnd(right.records, question([topic]))).records).toHaveLength(20);
      const refused = await runToEnd(wrong.records, question([topic]));
      expect(refused.end).toMatchObject({ reason: "failed", token: null });
      expect(refused.end.sentence).not.toContain("wrong-password");
    } finally {
      await Promise.all([right.close(), wrong.close()]);
    }
  });
});

describe("a pool of one thread", () => {
  const live = question([topic], { start: { kind: "live" } });

  /** Runs a search; `reached` settles when its progress is told in a state, `ended` with its last event. */
  function follow(
    records: ClusterRecords,
    state: "queued" | "running",
    signal: AbortSignal,
  ): { reached: Promise<SearchEvent>; ended: Promise<SearchEvent> } {
    let reach: (event: SearchEvent) => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    const reached = new Promise<SearchEvent>((resolve, reject) => ([reach, fail] = [resolve, reject]));
    const ended = (async () => {
      let last: SearchEvent | null = null;
      for await (const event of records.search(live, { signal })) {
        last = event;
        if (event.type === "progress" && event.state === state) reach(event);
      }
      if (last === null) throw new Error("the search told nothing");
      return last;
    })();
    ended.catch(fail);
    return { reached, ended };
  }

  it("ends the searches that run and those that wait as cancelled when it is closed", async () => {
    const records = openTestPool({ threads: 1 });
    const first = follow(records, "running", AbortSignal.timeout(30_000));
    await first.reached;
    const others = [1, 2].map(() => follow(records, "queued", AbortSignal.timeout(30_000)));
    await Promise.all(others.map((each) => each.reached));
    await records.close();
    const ends = await Promise.all([first, ...others].map((each) => each.ended));
    expect(ends).toMatchObject([1, 2, 3].map(() => ({ type: "end", reason: "cancelled" })));
    await expect(runToEnd(records, live)).rejects.toMatchObject({ name: "KafkaError" });
  });

  it("lets a search that waits be cancelled without a thread", async () => {
    const records = openTestPool({ threads: 1 });
    const [stop, leave] = [new AbortController(), new AbortController()];
    const running = follow(records, "running", stop.signal);
    await running.reached;
    const waiting = follow(records, "queued", leave.signal);
    expect(await waiting.reached).toMatchObject({ state: "queued", place: 1 });
    leave.abort();
    expect(await waiting.ended).toMatchObject({ type: "end", reason: "cancelled", token: null });
    stop.abort();
    expect(await running.ended).toMatchObject({ type: "end", reason: "cancelled" });
    await records.close();
  });
});
