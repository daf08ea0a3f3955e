import { afterAll, beforeAll, expect, test } from "vitest";
import { partitionFor } from "#kit/partition.ts";
import { createTopics, runKafkaTool, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const prefix = topicPrefix();
const TOPIC = `${prefix}.order.created`;
const AT = "/api/v1/clusters/default/records";
const text = (value: string) => ({ text: value, encoding: "utf8" });
const reason = "a test of producing";

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  await createTopics([{ topic: TOPIC, numPartitions: 6, replicationFactor: 1 }]);
});
afterAll(() => web.close());

const produce = (json: unknown, who = operator) => web.send("POST", AT, { headers: who.cookie, json });

/** What Java's own consumer prints: one line a record, `Partition:n|Offset:n|headers|key|value`. */
async function readByJava(count: number): Promise<string[]> {
  const printed = ["print.partition", "print.offset", "print.headers", "print.key"];
  const properties = [
    ...printed.map((name) => `${name}=true`),
    "key.separator=|",
    "headers.separator=,",
    "null.literal=∅",
  ];
  const out = await runKafkaTool("org.apache.kafka.tools.consumer.ConsoleConsumer", [
    ...["--bootstrap-server", testStack().kafkaBrokers, "--topic", TOPIC, "--from-beginning"],
    ...["--max-messages", String(count), "--timeout-ms", "20000"],
    ...properties.flatMap((property) => ["--formatter-property", property]),
  ]);
  return out.trim().split("\n");
}

test("what is produced is what Java reads: nulls, order and repeats of headers, the partition of the key", async () => {
  const records = [
    {
      ...{ key: text("order-7"), value: text('{"n":12345678901234567890}') },
      headers: [
        { name: "b", value: text("1") },
        { name: "a", value: text("2") },
        { name: "b", value: null },
        { name: "constructor", value: text("evil") },
        { name: "b", value: text("3") },
      ],
    },
    { key: null, value: null, headers: [], partition: 5 },
    { key: text(""), value: text("") },
    { key: { text: "b3JkZXItOA==", encoding: "base64" }, value: text("ä€") },
  ];
  const places: { partition: number; offset: string }[] = [];
  for (const record of records) {
    const response = await produce({ topic: TOPIC, reason, ...record });
    expect(response.status).toBe(200);
    places.push((await response.json()) as { partition: number; offset: string });
  }
  const at = (index: number) => `Partition:${places[index]!.partition}|Offset:${places[index]!.offset}`;
  expect((await readByJava(4)).sort()).toEqual(
    [
      `${at(0)}|b:1,a:2,b:∅,constructor:evil,b:3|order-7|{"n":12345678901234567890}`,
      `${at(1)}|NO_HEADERS|∅|∅`,
      `${at(2)}|NO_HEADERS||`,
      `${at(3)}|NO_HEADERS|order-8|ä€`,
    ].sort(),
  );
  expect(places.map(({ partition }) => partition)).toEqual([
    ...[partitionFor("order-7", 6), 5, partitionFor("", 6), partitionFor("order-8", 6)],
  ]);
  expect(await web.lastAudit("record.produce")).toMatchObject({
    ...{ state: "done", target: { cluster: "default", topic: TOPIC, reason, offset: places[3]!.offset } },
  });
});

test("a viewer may not produce: 403 permission_missing, on record", async () => {
  const response = await produce({ topic: TOPIC, value: text("x"), reason }, viewer);
  expect(await problemOf(response)).toMatchObject({ status: 403, code: "permission_missing" });
  expect(await web.lastAudit("record.produce")).toMatchObject({ state: "refused" });
});

test.each([
  [{ topic: TOPIC, value: text("x") }, "reason"],
  [{ topic: TOPIC, value: text("x"), reason, partition: 6 }, "partition"],
  [{ topic: TOPIC, value: { text: "no base64!", encoding: "base64" }, reason }, "value"],
  [
    { topic: TOPIC, value: null, reason, headers: [{ name: "a", value: { text: "=", encoding: "base64" } }] },
    "headers.0.value",
  ],
])("%o is 422 and names %s", async (json, name) => {
  const problem = await problemOf(await produce(json));
  expect(problem).toMatchObject({ status: 422, code: "request_invalid" });
  expect(problem.invalid_params?.map((each) => each.name)).toContain(name);
});

test("a topic that is not there is 404 topic_unknown, and none is made", async () => {
  const response = await produce({ topic: `${prefix}.none`, value: text("x"), reason });
  expect(await problemOf(response)).toMatchObject({ status: 404, code: "topic_unknown" });
  const logs = await web.runtime
    .kafka("default")
    .topicLogs.read([`${prefix}.none`], AbortSignal.timeout(10_000));
  expect(logs.size).toBe(0);
});

test("a record that the topic does not take is 502 produce_refused with the broker's reason", async () => {
  const compacted = `${prefix}.compacted`;
  await createTopics([
    {
      ...{ topic: compacted, numPartitions: 1, replicationFactor: 1 },
      configEntries: [{ name: "cleanup.policy", value: "compact" }],
    },
  ]);
  const problem = await problemOf(await produce({ topic: compacted, value: text("x"), reason }));
  expect(problem).toMatchObject({ status: 502, code: "produce_refused" });
  expect(problem.detail).toContain("INVALID_RECORD");
  expect(await web.lastAudit("record.produce")).toMatchObject({
    ...{ state: "failed", target: { cluster: "default", topic: compacted, reason } },
  });
});
