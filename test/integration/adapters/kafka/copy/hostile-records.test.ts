import { expect, test } from "vitest";
import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { createTopics, topicPrefix } from "#test/support/kafka.ts";
import { closeAfterEach, connect } from "../open-test-cluster.ts";
import { oddRecords, type OddLine } from "../scan/odd-records.ts";
import { closeLinksAfterEach } from "../scan/open-scan-links.ts";
import {
  closeProducersAfterEach,
  ledgerOf,
  newJob,
  openProducer,
  recordsOf,
  soon,
  transactionOf,
} from "./copy-support.ts";

closeProducersAfterEach();
closeAfterEach();
closeLinksAfterEach();
const prefix = topicPrefix();
/** Enough for a header of 1 MB in each codec. */
const RECORDS = 13_000;
const LARGE: readonly { name: string; value: string }[] = [
  { name: "max.message.bytes", value: "8000000" },
  { name: "retention.ms", value: "-1" },
  { name: "message.timestamp.after.max.ms", value: String(2n ** 63n - 1n) },
];

const digestsOf = (lines: readonly OddLine[], partition: number): string[] =>
  lines
    .filter((each) => each.partition === partition)
    .sort((a, b) => Number(a.offset - b.offset))
    .map(({ digest }) => digest);

test("records of every odd shape, in every codec, arrive as Java wrote them, read by Java", async () => {
  const [source, target] = [`${prefix}.odd`, `${prefix}.copied`];
  const written = await oddRecords("write", prefix, String(RECORDS));
  await createTopics([{ topic: target, numPartitions: 4, replicationFactor: 1, configEntries: [...LARGE] }]);
  const cluster = connect();
  const job = newJob();
  const producer = await openProducer(cluster.copy, job);
  const { partitions } = await cluster.reader.offsets([source], soon());
  let copied = 0;
  for (const { topic, topicId, partition, fromOffset, toOffset } of partitions) {
    for (let from = fromOffset; from < toOffset;) {
      const range = { topic, topicId, partition, fromOffset: from, toOffset };
      const options = { limit: 500, limitBytes: 4 * 1024 * 1024, signal: soon() };
      const { records, nextOffset, gone } = await cluster.copy.readRange(range, options);
      expect(gone).toBeNull();
      expect(records.length).toBeLessThanOrEqual(500);
      const copies = records.map(({ key, value, headers, timestamp }): CopyRecord => ({
        ...{ topic: target, partition, key, value, timestamp: timestamp ?? -1n },
        headers: headers.map(({ nameBytes, value: ofHeader }) => ({ name: nameBytes, value: ofHeader })),
      }));
      await producer.send(transactionOf(job, copies), soon());
      copied += records.length;
      from = nextOffset;
    }
  }
  const committed = written.filter((each) => each.committed && each.topic === source);
  expect(copied).toBe(committed.length);
  const read = await oddRecords("read", target);
  for (const partition of [0, 1, 2, 3])
    expect(digestsOf(read, partition)).toEqual(digestsOf(committed, partition));
  const told = (await ledgerOf(cluster.copy, job)).flatMap(({ targets }) => targets);
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(copied);
}, 180_000);

test("names that are not UTF-8, repeated, null and empty ones keep their bytes and their order", async () => {
  const topic = `${prefix}.names`;
  await createTopics([{ topic, numPartitions: 1, replicationFactor: 1 }]);
  const { copy } = connect();
  const job = newJob();
  const producer = await openProducer(copy, job);
  const headers = [
    ["constructor", "a"],
    ["__proto__", null],
    ["constructor", "b"],
    ["", ""],
    ["constructor", null],
  ].map(([name, value]) => ({
    name: Buffer.from(name ?? ""),
    value: value === null || value === undefined ? null : Buffer.from(value),
  }));
  const odd = { name: Buffer.from([0xff, 0xc3, 0x28]), value: Buffer.from([0xfe, 0]) };
  const records: CopyRecord[] = [
    { topic, partition: 0, key: null, value: null, headers: [...headers, odd], timestamp: 5n },
    { topic, partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [], timestamp: 1n },
  ];
  await producer.send(transactionOf(job, records), soon());
  const read = (await recordsOf(topic)).map(({ key, value, headers: kept, timestamp }) => ({
    ...{ topic, partition: 0, key, value, timestamp },
    headers: kept.map(({ nameBytes, value: ofHeader }) => ({ name: nameBytes, value: ofHeader })),
  }));
  expect(read).toEqual(records);
});
