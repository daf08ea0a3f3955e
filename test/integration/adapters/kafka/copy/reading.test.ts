import { CompressionTypes } from "kafkajs";
import { expect, test } from "vitest";
import type { CopyCluster, ReadPlace } from "#lib/adapters/kafka/copy/copy-port.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { LEDGER_PARTITIONS, LEDGER_TOPIC } from "#lib/domain/jobs/ledger-entry.ts";
import { createTopics, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { closeAfterEach, connect } from "../open-test-cluster.ts";
import { closeLinksAfterEach, deleteBelow } from "../scan/open-scan-links.ts";
import {
  closeProducersAfterEach,
  copyOf,
  newJob,
  openCopies,
  openProducer,
  soon,
  textsOf,
  transactionOf,
} from "./copy-support.ts";

closeProducersAfterEach();
closeAfterEach();
closeLinksAfterEach();
const prefix = topicPrefix();

/** Makes a topic with the records "0", "1" and so on, in batches of ten; answers its id. */
async function filled(
  copies: CopyCluster,
  name: string,
  count: number,
): Promise<{ topic: string; topicId: string }> {
  const topic = `${prefix}.${name}`;
  await createTopics([{ topic, numPartitions: 1, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  for (let from = 0; from < count; from += 10)
    await producer.send({
      ...{ topic, compression: CompressionTypes.GZIP },
      messages: Array.from({ length: Math.min(10, count - from) }, (_, n) => ({
        value: `${from + n}`,
        partition: 0,
      })),
    });
  await producer.disconnect();
  const [standing] = await copies.standing([topic], soon());
  return { topic, topicId: standing?.topicId ?? "" };
}

const told = (place: ReadPlace | undefined): string | null =>
  place?.found === true ? (place.record.value?.toString() ?? "null") : (place?.reason ?? null);

/** Reads a range in portions; the texts of each, and the gap where it ends with one. */
async function portions(
  copies: CopyCluster,
  range: { topic: string; topicId: string; from: bigint; to: bigint },
  limit: number,
): Promise<{ texts: string[]; gone: [bigint, bigint] | null }[]> {
  const found: { texts: string[]; gone: [bigint, bigint] | null }[] = [];
  for (let from = range.from; from < range.to;) {
    const { topic, topicId, to: toOffset } = range;
    const { records, nextOffset, gone } = await copies.readRange(
      { topic, topicId, partition: 0, fromOffset: from, toOffset },
      { limit, limitBytes: 1024 * 1024, signal: soon() },
    );
    expect(nextOffset).toBeGreaterThan(from);
    found.push({ texts: textsOf(records), gone: gone === null ? null : [gone.fromOffset, gone.toOffset] });
    from = nextOffset;
  }
  return found;
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `${from + n}`);

test("records are read by their places, near and far, in the order asked for, some of them twice", async () => {
  const copies = openCopies();
  const near = await filled(copies, "places", 40);
  const far = await filled(copies, "far", 2_600);
  const at = (of: typeof near, offset: bigint) => ({ ...of, partition: 0, offset });
  const places = [at(far, 2_555n), at(near, 39n), at(far, 3n), at(near, 0n), at(far, 1_200n), at(near, 39n)];
  expect((await copies.readAt(places, soon())).map(told)).toEqual(["2555", "39", "3", "0", "1200", "39"]);
  expect(await copies.readAt([], soon())).toEqual([]);
  const many = Array.from({ length: 900 }, (_, n) => at(far, BigInt(2_599 - 2 * n)));
  expect((await copies.readAt(many, soon())).map(told)).toEqual(many.map(({ offset }) => String(offset)));
});

test("a place whose record retention took, that lies behind the end, or in another topic of the name, is told", async () => {
  const copies = openCopies();
  const source = await filled(copies, "gone", 30);
  await deleteBelow(source.topic, 12n);
  const at = (offset: bigint, topicId = source.topicId) => ({ ...source, topicId, partition: 0, offset });
  const answers = (await copies.readAt([at(11n), at(12n), at(29n), at(30n)], soon())).map(told);
  expect(answers).toEqual([
    expect.stringContaining("the log now starts at 12"),
    ...["12", "29"],
    expect.stringContaining("the log ends"),
  ]);
  const other = await copies.readAt([at(12n, "11111111-1111-4111-8111-111111111111")], soon());
  expect(told(other[0])).toContain("made anew");
});

test("an aborted copy has no place", async () => {
  const copies = openCopies();
  const { topic, topicId } = await filled(copies, "aborted", 1);
  const job = newJob();
  const producer = await openProducer(copies, job);
  await producer.send(transactionOf(job, [copyOf(job, 7, { topic })], { mayCommit: false }), soon());
  const places = [0n, 1n].map((offset) => ({ topic, topicId, partition: 0, offset }));
  await expect
    .poll(async () => (await copies.readAt(places, soon())).map(told), { timeout: 10_000 })
    .toEqual(["0", expect.stringMatching(/no committed record/)]);
});

test("a range is read in portions of any size, each record once", async () => {
  const copies = openCopies();
  const source = await filled(copies, "range", 95);
  const range = { ...source, from: 3n, to: 90n };
  for (const limit of [1, 7, 10, 500]) {
    const found = await portions(copies, range, limit);
    expect(found.flatMap(({ texts }) => texts)).toEqual(numbers(3, 90));
    expect(found.every(({ texts, gone }) => texts.length <= limit && gone === null)).toBe(true);
  }
  // Anew from the middle, and from before what is kept.
  expect((await portions(copies, { ...range, from: 50n }, 7)).flatMap(({ texts }) => texts)).toEqual(
    numbers(50, 90),
  );
  expect((await portions(copies, range, 7)).flatMap(({ texts }) => texts)).toEqual(numbers(3, 90));
});

test("what retention took of a range is told as a gap, and what lies behind the log's end too", async () => {
  const copies = openCopies();
  const source = await filled(copies, "gaps", 50);
  await deleteBelow(source.topic, 21n);
  const found = await portions(copies, { ...source, from: 5n, to: 60n }, 500);
  expect(found).toEqual([
    { texts: [], gone: [5n, 21n] },
    { texts: numbers(21, 50), gone: [50n, 60n] },
  ]);
});

test("a range behind an open transaction is waited for, what lies before it is given", async () => {
  const copies = openCopies();
  const { topic, topicId } = await filled(copies, "open", 10);
  const job = newJob();
  const producer = await openProducer(openCopies(), job);
  let release = (): void => undefined;
  const held = new Promise<boolean>((resolve) => (release = () => resolve(true)));
  let reached = (): void => undefined;
  const open = new Promise<void>((resolve) => (reached = resolve));
  const mayCommit = (): Promise<boolean> => {
    reached();
    return held;
  };
  const sending = producer.send({ ...transactionOf(job, [copyOf(job, 10, { topic })]), mayCommit }, soon());
  await open;
  const read = (fromOffset: bigint) =>
    copies.readRange(
      { topic, topicId, partition: 0, fromOffset, toOffset: 11n },
      { limit: 100, limitBytes: 1024 * 1024, signal: soon() },
    );
  const before = await read(0n);
  expect([textsOf(before.records), before.nextOffset, before.gone]).toEqual([numbers(0, 10), 10n, null]);
  await expect(read(10n)).rejects.toMatchObject({ kind: "timeout" });
  release();
  await sending;
  await expect.poll(async () => textsOf((await read(10n)).records).join(), { timeout: 10_000 }).toBe("10");
});

test("a range of a topic that is deleted or made anew is not found", async () => {
  const copies = openCopies();
  const source = await filled(copies, "deleted", 5);
  const kind = (): Promise<unknown> =>
    portions(copies, { ...source, from: 0n, to: 5n }, 10).then(
      () => "read",
      (error: unknown) => (error instanceof KafkaError ? error.kind : error),
    );
  await withAdmin((admin) => admin.deleteTopics({ topics: [source.topic] }));
  // The broker deletes a moment after it says so.
  await expect.poll(kind, { timeout: 10_000 }).toBe("not_found");
  await filled(copies, "deleted", 5);
  expect(await kind()).toBe("not_found");
});

test("standing tells what a topic takes, and that there is none", async () => {
  const copies = openCopies();
  const topic = `${prefix}.standing`;
  const configEntries = [
    { name: "max.message.bytes", value: "54321" },
    { name: "message.timestamp.type", value: "LogAppendTime" },
    { name: "retention.ms", value: "3600000" },
  ];
  await createTopics([{ topic, numPartitions: 3, replicationFactor: 1, configEntries }]);
  expect(await copies.standing([`${prefix}.none`, topic], soon())).toEqual([
    {
      ...{ topic: `${prefix}.none`, topicId: null, partitionCount: 0 },
      ...{ maxMessageBytes: null, timestampType: null, retentionMs: null },
      ...{ mayRead: true, mayWrite: true, mayDescribe: true },
    },
    {
      ...{ topic, topicId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, partitionCount: 3 },
      ...{ maxMessageBytes: 54_321, timestampType: "LogAppendTime", retentionMs: 3_600_000 },
      ...{ mayRead: true, mayWrite: true, mayDescribe: true },
    },
  ]);
});

test("the ledger is made once, kept for 30 days however large, and is the same to all", async () => {
  const made = await Promise.all([openCopies(), openCopies()].map((copies) => copies.ensureLedger(soon())));
  expect(made[0]).toEqual(made[1]);
  const [standing] = await openCopies().standing([LEDGER_TOPIC], soon());
  expect(standing).toMatchObject({
    ...made[0],
    partitionCount: LEDGER_PARTITIONS,
    retentionMs: 2_592_000_000,
  });
  const { configs } = await connect().describeTopic(LEDGER_TOPIC, soon());
  const of = (name: string): string | null | undefined => configs.find((each) => each.name === name)?.value;
  expect([of("retention.bytes"), of("cleanup.policy")]).toEqual(["-1", "delete"]);
});

test("a read-only cluster makes no ledger and no producer", async () => {
  const { copy } = connect({ readOnly: true });
  for (const work of [copy.ensureLedger(soon()), copy.openProducer(newJob(), soon())]) {
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(error instanceof KafkaError && error.kind).toBe("read_only");
  }
});
