import { expect, test } from "vitest";
import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { closeAfterEach } from "../open-test-cluster.ts";
import { closeLinksAfterEach } from "../scan/open-scan-links.ts";
import {
  closeProducersAfterEach,
  copyOf,
  failureOf,
  ledgerOf,
  newJob,
  openCopies,
  openProducer,
  recordsOf,
  sendTold,
  soon,
  textsOf,
  topicMaker,
  transactionOf,
} from "./copy-support.ts";

closeProducersAfterEach();
closeAfterEach();
closeLinksAfterEach();
const newTopic = topicMaker();

test.each([
  ["alone", 1],
  ["among others on its partition", 40],
])("a record that is too large is told %s, and the rest is committed", async (_, around) => {
  const topic = await newTopic(`large${around}`, 1, { "max.message.bytes": "20000" });
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const small = (n: number): CopyRecord => copyOf(job, n, { topic, value: Buffer.alloc(2_000, `${n % 10}`) });
  const large = copyOf(job, 999, { topic, value: Buffer.alloc(30_000) });
  const before = Array.from({ length: Math.floor(around / 2) }, (_each, n) => small(n));
  const after = Array.from({ length: around - before.length }, (_each, n) => small(before.length + n));
  const whole = transactionOf(job, [...before, large, ...after]);
  const { committed, targets, told } = await sendTold(producer, whole);
  expect(told).toEqual([before.length]);
  expect(committed).toBe(true);
  expect(targets.map(({ baseOffset }) => baseOffset)).toEqual([0n]);
  expect(targets.reduce((sum, { count }) => sum + count, 0)).toBe(around);
  expect(textsOf(await recordsOf(topic)).map((each) => each[0])).toEqual(
    Array.from({ length: around }, (_each, n) => `${n % 10}`),
  );
});

test("refused records are told before the ledger's entry is made, and are in neither", async () => {
  const topic = await newTopic("largest", 2, { "max.message.bytes": "20000" });
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const records = Array.from({ length: 30 }, (_, n) =>
    copyOf(job, n, {
      topic,
      partition: n % 2,
      value: Buffer.alloc(n % 7 === 3 ? 30_000 : 2_000, `${n % 10}`),
    }),
  );
  const { committed, targets, told, toldFirst } = await sendTold(producer, transactionOf(job, records));
  expect(committed).toBe(true);
  expect(toldFirst).toBe(true);
  expect(told).toEqual([3, 10, 17, 24]);
  expect(targets.reduce((sum, { count }) => sum + count, 0)).toBe(26);
  expect(await recordsOf(topic)).toHaveLength(26);
  expect(await recordsOf(topic, "read_uncommitted")).toHaveLength(26);
  expect(await ledgerOf(copies, job)).toHaveLength(1);
  // The sequences go on where they were.
  await producer.send(transactionOf(job, [copyOf(job, 30, { topic })], { from: 30 }), soon());
  expect(await recordsOf(topic)).toHaveLength(27);
});

test("a record that the topic's rules refuse is named", async () => {
  const topic = await newTopic("compacted", 1, { "cleanup.policy": "compact" });
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const records = [0, 1, 2].map((n) => copyOf(job, n, { topic, ...(n === 1 ? { key: null } : {}) }));
  expect((await sendTold(producer, transactionOf(job, records))).told).toEqual([1]);
  expect(textsOf(await recordsOf(topic))).toEqual(["0", "2"]);
});

test("where a refusal cannot be written down the transaction is aborted, and readers wait for nothing", async () => {
  const topic = await newTopic("untold", 1, { "cleanup.policy": "compact" });
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const records = [copyOf(job, 0, { topic }), copyOf(job, 1, { topic, key: null })];
  const refused = () => Promise.reject(new Error("the lease is lost"));
  await expect(producer.send({ ...transactionOf(job, records), refused }, soon())).rejects.toThrow(
    "the lease is lost",
  );
  expect(textsOf(await recordsOf(topic))).toEqual([]);
  expect(textsOf(await recordsOf(topic, "read_uncommitted"))).toEqual(["0"]);
  expect(await ledgerOf(copies, job)).toEqual([]);
});

test("copies larger than a batch may be go out in several, and the entry tells all of them", async () => {
  const topic = await newTopic("many");
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const records = Array.from({ length: 500 }, (_, n) =>
    copyOf(job, n, { topic, value: Buffer.alloc(10_000, `${n}.`) }),
  );
  const { targets } = await producer.send(transactionOf(job, records), soon());
  expect(targets).toEqual([{ topic, partition: 0, baseOffset: 0n, count: 500 }]);
  const seen = await recordsOf(topic);
  expect(seen.map(({ value }) => value)).toEqual(records.map(({ value }) => value));
});

test("a topic that is made anew, or gets more partitions, changes nothing of it", async () => {
  const [grown, remade, gone] = [await newTopic("grown"), await newTopic("remade"), await newTopic("gone")];
  const [copies, job] = [openCopies(), newJob()];
  await copies.ensureLedger(soon());
  const standings = await copies.standing([grown, remade, gone], soon());
  const planned = standings.map(({ topic, topicId, partitionCount }) => ({
    ...{ topic, partitionCount, topicId: topicId ?? "" },
  }));
  const send = async (topic: string): Promise<string> => {
    const producer = await copies.openProducer(job, soon(), { planned });
    try {
      return await failureOf(producer.send(transactionOf(job, [copyOf(job, 0, { topic })]), soon()));
    } finally {
      await producer.close();
    }
  };
  await withAdmin(async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic: grown, count: 2 }] });
    await admin.deleteTopics({ topics: [remade, gone] });
  });
  await newTopic("remade");
  expect(await send(grown)).toBe("target_changed");
  expect(await send(remade)).toBe("target_changed");
  expect(await send(gone)).toBe("target_changed");
  expect(textsOf(await recordsOf(remade))).toEqual([]);
  expect(await ledgerOf(copies, job)).toEqual([]);
});

test("a topic that is made anew in the middle of a transaction is found before its end", async () => {
  const topic = await newTopic("midway");
  const job = newJob();
  let remake = false;
  const copies = openCopies(async (at) => {
    if (at !== "before-send" || !remake) return;
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    await newTopic("midway");
  });
  const producer = await openProducer(copies, job);
  const send = (position: number): Promise<unknown> => {
    const records = [copyOf(job, position, { topic })];
    return producer.send(transactionOf(job, records, { from: position }), soon());
  };
  await send(0);
  remake = true;
  expect(await failureOf(send(1))).toBe("target_changed");
  expect(textsOf(await recordsOf(topic))).toEqual([]);
  // Written and aborted, unless making it anew took longer than the last look at it counts.
  expect(["1", ""]).toContain(textsOf(await recordsOf(topic, "read_uncommitted")).join());
  expect((await ledgerOf(copies, job)).map(({ from }) => from)).toEqual([0n]);
});

test("a topic that was made anew since it was last looked at is given no copy, not even an aborted one", async () => {
  const topic = await newTopic("rested");
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const send = (position: number): Promise<unknown> => {
    const records = [copyOf(job, position, { topic })];
    return producer.send(transactionOf(job, records, { from: position }), soon());
  };
  await send(0);
  const sentAt = performance.now();
  await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
  await newTopic("rested");
  await until(() => performance.now() - sentAt > 1_100, { limitMs: 5_000 });
  expect(await failureOf(send(1))).toBe("target_changed");
  expect(textsOf(await recordsOf(topic, "read_uncommitted"))).toEqual([]);
  expect((await ledgerOf(copies, job)).map(({ from }) => from)).toEqual([0n]);
});
