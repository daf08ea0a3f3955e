import { expect, it } from "vitest";
import { auditTopics, writeRecords, type WrittenRecord } from "#test/support/java-audit/java-audit.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";

const access = () => {
  const { kafkaBrokers: brokers, kafkaJars } = testStack();
  if (kafkaJars === null) throw new Error("this test needs Kafka's jars");
  return { brokers, jarsDir: kafkaJars };
};

it("writes hostile records and reads every byte of them back, in both isolations", async () => {
  const topic = `${topicPrefix()}.audit.hostile`;
  // Kept forever: the oldest record's time is years ago, and the broker's next look at retention would take it.
  const config = [
    { name: "max.message.bytes", value: "4000000" },
    { name: "retention.ms", value: "-1" },
  ];
  await createTopics([{ topic, numPartitions: 2, configEntries: config }]);
  const odd = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
  const records: WrittenRecord[] = [
    { topic, partition: 0, timestamp: 1_700_000_000_123n, key: null, value: odd, headers: [] },
    { topic, partition: 1, codec: "gzip", key: odd, value: null, headers: [["a", null]] },
    {
      ...{ topic, partition: 0, codec: "lz4", key: Buffer.alloc(0), value: Buffer.alloc(0) },
      headers: [
        ["twice", "1"],
        ["constructor", "x"],
        ["twice", odd],
        ["__proto__", null],
        ["", ""],
      ],
    },
    {
      ...{ topic, partition: 1, codec: "zstd", key: Buffer.from("k"), value: Buffer.from("v") },
      headers: [["big", Buffer.alloc(1_000_000, 7)]],
    },
    { topic, partition: 0, codec: "snappy", key: Buffer.from("k"), value: Buffer.from("v"), headers: [] },
  ];
  await writeRecords(access(), records);
  // An aborted transaction: the uncommitted reading alone shows it.
  const producer = testKafka().producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ partition: 1, key: "aborted", value: "aborted" }] });
  await transaction.abort();
  await producer.disconnect();

  const hex = (bytes: Buffer | string | null) =>
    bytes === null ? null : Buffer.from(bytes as string).toString("hex");
  const [committed, uncommitted] = await auditTopics(access(), [
    { topic, isolation: "read_committed" },
    { topic, isolation: "read_uncommitted" },
  ]);
  const written = [0, 1].flatMap((partition) => records.filter((each) => each.partition === partition));
  expect(
    committed!.records.map(({ partition, key, value, headers }) => ({ partition, key, value, headers })),
  ).toEqual(
    written.map(({ partition, key, value, headers }) => ({
      ...{ partition, key: hex(key), value: hex(value) },
      headers: headers.map(([name, header]) => ({ name, value: hex(header) })),
    })),
  );
  expect(committed!.records[0]?.timestamp).toBe(1_700_000_000_123n);
  expect(committed!.partitions.map(({ partition, start }) => [partition, start])).toEqual([
    [0, 0n],
    [1, 0n],
  ]);
  expect(uncommitted!.records.map(({ value }) => value)).toContain(hex("aborted"));
  expect(uncommitted!.records).toHaveLength(records.length + 1);
});
