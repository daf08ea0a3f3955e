import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { ledgerPartitionOf } from "#lib/domain/jobs/ledger-entry.ts";
import { closeAfterEach } from "../open-test-cluster.ts";
import { closeLinksAfterEach } from "../scan/open-scan-links.ts";
import {
  closeProducersAfterEach,
  copyOf,
  failureOf,
  kafkajsValues,
  ledgerEndOf,
  ledgerOf,
  newJob,
  openCopies,
  openProducer,
  recordsOf,
  soon,
  textsOf,
  topicMaker,
  transactionOf,
} from "./copy-support.ts";

closeProducersAfterEach();
closeAfterEach();
closeLinksAfterEach();
const newTopic = topicMaker();

test("a transaction is seen whole by kafkajs, and its ledger entry tells where each copy lies", async () => {
  const topic = await newTopic("whole", 2);
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const start = await ledgerEndOf(copies, job);
  const records = Array.from({ length: 10 }, (_, n) => copyOf(job, n, { topic, partition: n % 2 }));

  const { committed, targets } = await producer.send(transactionOf(job, records), soon());

  expect(committed).toBe(true);
  const wanted = [0, 1].map((partition) => ({ topic, partition, baseOffset: 0n, count: 5 }));
  expect([...targets].sort((a, b) => a.partition - b.partition)).toEqual(wanted);
  expect((await kafkajsValues(topic, 10)).toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `${n}`));
  const entries = await ledgerOf(copies, job, start);
  expect(entries).toEqual([{ job, range: null, from: 0n, to: 10n, skipped: [], targets }]);
});

test("transactions follow each other, each partition in order", async () => {
  const topic = await newTopic("order", 3);
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  for (let from = 0; from < 60; from += 20) {
    const records = Array.from({ length: 20 }, (_, n) => copyOf(job, from + n, { topic, partition: n % 3 }));
    await producer.send(transactionOf(job, records, { from }), soon());
  }
  const seen = textsOf(await recordsOf(topic)).map(Number);
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  const byPartition = [0, 1, 2].map((partition) => seen.filter((each) => (each % 20) % 3 === partition));
  expect(seen).toEqual(byPartition.flat());
  expect(byPartition.every((each) => each.every((value, n) => n === 0 || value > (each[n - 1] ?? 0)))).toBe(
    true,
  );
  expect((await ledgerOf(copies, job)).map(({ from, to }) => [from, to])).toEqual([
    [0n, 20n],
    [20n, 40n],
    [40n, 60n],
  ]);
});

test("a transaction that may not commit is aborted, and the producer goes on", async () => {
  const topic = await newTopic("abort");
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const refused = transactionOf(job, [copyOf(job, 0, { topic })], { mayCommit: false });
  expect(await producer.send(refused, soon())).toEqual({ committed: false, targets: [] });
  await producer.send(transactionOf(job, [copyOf(job, 1, { topic })], { from: 1 }), soon());

  expect(textsOf(await recordsOf(topic))).toEqual(["1"]);
  expect(textsOf(await recordsOf(topic, "read_uncommitted"))).toEqual(["0", "1"]);
  expect((await ledgerOf(copies, job)).map(({ from }) => from)).toEqual([1n]);
  const { topicId = "" } = (await copies.standing([topic], soon()))[0] as { topicId?: string };
  expect(await copies.countAborted({ topic, topicId, partition: 0, from: 0n, job }, soon())).toBe(1);
  expect(await copies.countAborted({ topic, topicId, partition: 0, from: 0n, job: newJob() }, soon())).toBe(
    0,
  );
});

test("a transaction of skipped positions alone writes its entry", async () => {
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const skipped = [3n, 4n, 5n, 9n];
  const entry = { job, range: 2, from: 3n, to: 10n, skipped, targets: [] };
  await producer.send({ ...transactionOf(job, []), entry: () => entry }, soon());
  expect(await ledgerOf(copies, job)).toEqual([entry]);
});

test("a second producer of a job fences the first, before and within a transaction", async () => {
  const topic = await newTopic("fence");
  const [copies, job] = [openCopies(), newJob()];
  const first = await openProducer(copies, job);
  const second = await openProducer(openCopies(), job);
  expect(await failureOf(first.send(transactionOf(job, [copyOf(job, 0, { topic })]), soon()))).toBe("fenced");

  let third: Promise<unknown> = Promise.resolve();
  const overtaken = {
    ...transactionOf(job, [copyOf(job, 1, { topic })]),
    mayCommit: async () => {
      third = openProducer(openCopies(), job);
      await third;
      return true;
    },
  };
  expect(await failureOf(second.send(overtaken, soon()))).toBe("fenced");
  await third;
  expect(textsOf(await recordsOf(topic))).toEqual([]);
  expect(await failureOf(second.send(transactionOf(job, []), soon()))).toBe("ambiguous");
});

test("what a dropped producer left open is gone once the next one is open, and the ledger tells the rest", async () => {
  const topic = await newTopic("dropped");
  const job = newJob();
  const points: CopyFailpoint[] = [];
  let dying = false;
  const dead = openCopies((at) => {
    points.push(at);
    if (dying && at === "after-send") throw new Error("dropped");
  });
  const start = await openProducer(dead, job).then(async (producer) => {
    const from = await ledgerEndOf(dead, job);
    await producer.send(transactionOf(job, [copyOf(job, 0, { topic }), copyOf(job, 1, { topic })]), soon());
    dying = true;
    const open = transactionOf(job, [copyOf(job, 2, { topic })], { from: 2 });
    await expect(producer.send(open, soon())).rejects.toThrow("dropped");
    return from;
  });
  expect(points).toEqual([
    ...["in-init-producer", "before-send", "after-send", "in-end", "after-commit"],
    ...["before-send", "after-send"],
  ]);

  const copies = openCopies();
  const next = await openProducer(copies, job);
  const entries = await ledgerOf(copies, job, start);
  expect(entries.map(({ from, to, targets }) => [from, to, targets])).toEqual([
    [0n, 2n, [{ topic, partition: 0, baseOffset: 0n, count: 2 }]],
  ]);
  await next.send(transactionOf(job, [copyOf(job, 2, { topic })], { from: 2 }), soon());
  expect(await kafkajsValues(topic, 3)).toEqual(["0", "1", "2"]);
  const [standing] = await copies.standing([topic], soon());
  const asked = { topic, topicId: standing?.topicId ?? "", partition: 0, from: 2n, job };
  expect(await copies.countAborted(asked, soon())).toBe(1);
});

test("an end whose answer is lost is ambiguous, and the next producer's ledger tells that it was committed", async () => {
  const topic = await newTopic("lost");
  const job = newJob();
  const cut = openCopies((at) => {
    if (at === "in-end") throw new Error("cut");
  });
  const producer = await openProducer(cut, job);
  const start = await ledgerEndOf(cut, job);
  const send = (): Promise<unknown> => producer.send(transactionOf(job, [copyOf(job, 0, { topic })]), soon());
  expect(await failureOf(send())).toBe("ambiguous");
  expect(await failureOf(send())).toBe("ambiguous");

  const copies = openCopies();
  await openProducer(copies, job);
  expect((await ledgerOf(copies, job, start)).map(({ from, to }) => [from, to])).toEqual([[0n, 1n]]);
  expect(textsOf(await recordsOf(topic))).toEqual(["0"]);
});

test("the ledger is read when another job's open transaction on its partition has ended", async () => {
  const topic = await newTopic("neighbour");
  const [copies, job] = [openCopies(), newJob()];
  let other = newJob();
  while (ledgerPartitionOf(other) !== ledgerPartitionOf(job)) other = newJob();
  const producer = await openProducer(copies, job);
  const neighbour = await openProducer(openCopies(), other);
  const start = await ledgerEndOf(copies, job);

  let release = (): void => undefined;
  const held = new Promise<boolean>((resolve) => (release = () => resolve(true)));
  let reached = (): void => undefined;
  const open = new Promise<void>((resolve) => (reached = resolve));
  const sending = neighbour.send(
    {
      ...transactionOf(other, [copyOf(other, 0, { topic })]),
      mayCommit: () => {
        reached();
        return held;
      },
    },
    soon(),
  );
  await open;
  await producer.send(transactionOf(job, [copyOf(job, 1, { topic })]), soon());
  let read = false;
  const reading = ledgerOf(copies, job, start).then((entries) => {
    read = true;
    return entries;
  });
  await copies.ledgerEnd(ledgerPartitionOf(job), soon());
  // Longer than a fetch waits for something to come.
  await delay(1_500);
  expect(read).toBe(false);
  release();
  await sending;
  expect((await reading).map((each) => each.job)).toEqual([job]);
});

test("a producer whose caller stops ends its transaction", async () => {
  const topic = await newTopic("stopped");
  const [copies, job] = [openCopies(), newJob()];
  const producer = await openProducer(copies, job);
  const stop = new AbortController();
  const transaction = {
    ...transactionOf(job, [copyOf(job, 0, { topic })]),
    entry: () => {
      stop.abort(new Error("stopping"));
      return null;
    },
  };
  await expect(producer.send(transaction, stop.signal)).rejects.toThrow("stopping");
  await producer.send(transactionOf(job, [copyOf(job, 1, { topic })]), soon());
  expect(textsOf(await recordsOf(topic))).toEqual(["1"]);
});
