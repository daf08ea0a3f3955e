import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { CopyCluster, CopyProducer } from "#lib/adapters/kafka/copy/copy-port.ts";
import { freePort } from "#stack/ports.ts";
import { startAuthorisedBroker, type AuthorisedBroker } from "#test/support/authorised-broker.ts";
import {
  INIT_PRODUCER_ID,
  PRODUCE,
  startRefusingProxy,
  type RefusingProxy,
} from "#test/support/refusing-proxy.ts";
import { useStack } from "#test/support/stack.ts";
import { closeAfterEach, connect } from "../open-test-cluster.ts";
import { closeLinksAfterEach } from "../scan/open-scan-links.ts";
import {
  copyOf,
  failureOf,
  ledgerOf,
  newJob,
  recordsOf,
  sendTold,
  soon,
  textsOf,
  topicMaker,
  transactionOf,
} from "./copy-support.ts";

let broker: AuthorisedBroker;
let proxy: RefusingProxy;
beforeAll(async () => {
  proxy = await startRefusingProxy();
  const port = await freePort();
  proxy.aim(port);
  broker = await startAuthorisedBroker({ proxied: { port, advertisedPort: proxy.port } });
  useStack({ kafkaBrokers: broker.brokers });
});
afterAll(async () => {
  await broker.stop();
  await proxy.close();
});
closeLinksAfterEach();
closeAfterEach();
const open: CopyProducer[] = [];
beforeEach(() => proxy.refuseProducerIds(null));
afterEach(async () => {
  await Promise.all(open.splice(0).map((producer) => producer.close()));
});

const CLUSTER_AUTHORIZATION_FAILED = 31;
const COORDINATOR_NOT_AVAILABLE = 15;
const newTopic = topicMaker();
const copiesOf = (): CopyCluster => connect({ bootstrap: [`127.0.0.1:${proxy.port}`] }).copy;

async function openPlain(copies: CopyCluster, job: string): Promise<CopyProducer> {
  await copies.ensureLedger(soon());
  const producer = await copies.openProducer(job, soon(), { delivery: "at-least-once" });
  open.push(producer);
  return producer;
}

async function unledgered(copies: CopyCluster, topic: string, job: string): Promise<number> {
  const [standing] = await copies.standing([topic], soon());
  const told = await ledgerOf(copies, job);
  const asked = { topic, topicId: standing?.topicId ?? "", partition: 0, from: 0n, job };
  return copies.countUnledgered({ ...asked, ledgered: told.flatMap(({ targets }) => targets) }, soon());
}

test.each([
  ["with a producer id", null],
  ["where the brokers give none", CLUSTER_AUTHORIZATION_FAILED],
])("%s copies go out without a transaction, in order, their ledger record after them", async (_, code) => {
  proxy.refuseProducerIds(code);
  const topic = await newTopic(`plain${code ?? ""}`);
  const [copies, job] = [copiesOf(), newJob()];
  const producer = await openPlain(copies, job);
  const records = Array.from({ length: 40 }, (_each, n) => copyOf(job, n, { topic }));
  const first = await producer.send(transactionOf(job, records.slice(0, 25)), soon());
  await producer.send(transactionOf(job, records.slice(25), { from: 25 }), soon());
  expect(first).toEqual({ committed: true, targets: [{ topic, partition: 0, baseOffset: 0n, count: 25 }] });
  const seen = await recordsOf(topic, "read_uncommitted");
  expect(textsOf(seen)).toEqual(records.map((_each, n) => `${n}`));
  expect(seen.every(({ transactional }) => !transactional)).toBe(true);
  expect((await ledgerOf(copies, job)).map(({ from, to }) => [from, to])).toEqual([
    [0n, 25n],
    [25n, 40n],
  ]);
  expect(await unledgered(copies, topic, job)).toBe(0);
});

test("who lost the job before the copies sends none, and who lost it after them tells the ledger nothing", async () => {
  const topic = await newTopic("lost");
  const [copies, job] = [copiesOf(), newJob()];
  const producer = await openPlain(copies, job);
  const records = [0, 1, 2].map((n) => copyOf(job, n, { topic }));
  expect(await producer.send(transactionOf(job, records, { mayCommit: false }), soon())).toEqual({
    ...{ committed: false, targets: [] },
  });
  expect(await recordsOf(topic)).toEqual([]);
  let asked = 0;
  const transaction = {
    ...transactionOf(job, records),
    mayCommit: () => Promise.resolve((asked += 1) === 1),
  };
  expect((await producer.send(transaction, soon())).committed).toBe(false);
  expect(await ledgerOf(copies, job)).toEqual([]);
  expect(await unledgered(copies, topic, job)).toBe(3);
  expect(await failureOf(producer.send(transactionOf(job, records), soon()))).toBe("ambiguous");
});

test("copies of another job, and those that the ledger tells of, are not counted", async () => {
  const topic = await newTopic("counted");
  const [copies, job] = [copiesOf(), newJob()];
  const producer = await openPlain(copies, job);
  const records = [0, 1, 2, 3].map((n) => copyOf(job, n, { topic }));
  const lost = { ...transactionOf(job, records), entry: () => null };
  await producer.send(transactionOf(job, records), soon());
  await producer.send(lost, soon());
  await producer.send(transactionOf(job, records, { from: 4 }), soon());
  expect(await unledgered(copies, topic, job)).toBe(4);
  expect(await unledgered(copies, topic, newJob())).toBe(0);
});

test("records that are refused are told, and all others are written and ledgered", async () => {
  const topic = await newTopic("others", 2, { "cleanup.policy": "compact" });
  const [copies, job] = [copiesOf(), newJob()];
  const producer = await openPlain(copies, job);
  const records = Array.from({ length: 10 }, (_, n) =>
    copyOf(job, n, { topic, partition: n % 2, ...(n === 1 || n === 5 || n === 8 ? { key: null } : {}) }),
  );
  const { committed, told } = await sendTold(producer, transactionOf(job, records));
  expect(committed).toBe(true);
  expect(told).toEqual([1, 5, 8]);
  expect(textsOf(await recordsOf(topic))).toEqual(["0", "2", "4", "6", "3", "7", "9"]);
  expect((await ledgerOf(copies, job)).flatMap(({ targets }) => targets)).toEqual([
    { topic, partition: 0, baseOffset: 0n, count: 4 },
    { topic, partition: 1, baseOffset: 0n, count: 3 },
  ]);
});

test("an answer that is lost: by its producer id a batch is known again, without one it is not sent again", async () => {
  const topic = await newTopic("answers");
  const [copies, job] = [copiesOf(), newJob()];
  const records = (from: number) => [0, 1].map((n) => copyOf(job, from + n, { topic }));
  const known = await openPlain(copies, job);
  await known.send(transactionOf(job, records(0)), soon());
  proxy.loseAnswers(PRODUCE, 1);
  expect((await known.send(transactionOf(job, records(2), { from: 2 }), soon())).committed).toBe(true);
  expect(textsOf(await recordsOf(topic))).toEqual(["0", "1", "2", "3"]);

  proxy.refuseProducerIds(CLUSTER_AUTHORIZATION_FAILED);
  const nobody = await openPlain(copies, job);
  await nobody.send(transactionOf(job, records(4), { from: 4 }), soon());
  proxy.loseAnswers(PRODUCE, 1);
  const before = proxy.asked(PRODUCE);
  expect(await failureOf(nobody.send(transactionOf(job, records(6), { from: 6 }), soon()))).toBe("ambiguous");
  expect(proxy.asked(PRODUCE)).toBe(before + 1);
  expect(textsOf(await recordsOf(topic))).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  expect(await unledgered(copies, topic, job)).toBe(2);
});

test("whether transactions may be used is asked of the brokers, and a refusal for good says what is missing", async () => {
  const copies = copiesOf();
  expect(await copies.mayTransact(newJob(), soon())).toEqual({ able: true });
  proxy.refuseProducerIds(CLUSTER_AUTHORIZATION_FAILED);
  const refused = await copies.mayTransact(newJob(), soon());
  expect(refused.able).toBe(false);
  const reason = refused.able ? "" : refused.reason;
  expect(reason).toContain("refuse transactions");
  expect(reason).toContain("give no producer id either");
  expect(reason).toContain("needs the right IDEMPOTENT_WRITE on the cluster");
});

test("what passes by itself is no refusal of transactions: it is asked again", async () => {
  proxy.refuseProducerIds(COORDINATOR_NOT_AVAILABLE);
  const before = proxy.asked(INIT_PRODUCER_ID);
  const answer = copiesOf().mayTransact(newJob(), soon());
  await expect.poll(() => proxy.asked(INIT_PRODUCER_ID), { timeout: 10_000 }).toBeGreaterThan(before + 2);
  proxy.refuseProducerIds(null);
  expect(await answer).toEqual({ able: true });
});
