import { afterEach } from "vitest";
import { v7 } from "uuid";
import {
  CopyError,
  type CopyErrorKind,
  type CopyCluster,
  type CopyFailpoints,
  type CopyHeader,
  type CopyProducer,
  type CopyRecord,
  type CopyTargets,
  type CopyTransaction,
} from "#lib/adapters/kafka/copy/copy-port.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type { ReadIsolation, RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { ledgerPartitionOf, type LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { connect } from "../open-test-cluster.ts";
import { scanAll, scanLinks } from "../scan/open-scan-links.ts";

/** A signal that a test's calls end by. */
export const soon = (): AbortSignal => AbortSignal.timeout(60_000);

/** openCopies opens the copies of a cluster of its own, as a process of its own would. */
export const openCopies = (copyFailpoints?: CopyFailpoints): CopyCluster => connect({ copyFailpoints }).copy;

/** A job's id. */
export const newJob = (): string => v7();

const open: CopyProducer[] = [];

/** closeProducersAfterEach closes what {@link openProducer} opened; to be called once a file, before closeAfterEach. */
export function closeProducersAfterEach(): void {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((producer) => producer.close()));
  });
}

/** openProducer opens a job's producer, the ledger made before. */
export async function openProducer(copies: CopyCluster, job: string): Promise<CopyProducer> {
  await copies.ensureLedger(soon());
  const producer = await copies.openProducer(job, soon());
  open.push(producer);
  return producer;
}

/** A header of text. */
const header = (name: string, value: string | null): CopyHeader => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

/** copyOf makes the copy of a position; its value is the position's text. */
export function copyOf(
  job: string,
  position: number,
  to: Partial<CopyRecord> & { topic: string },
): CopyRecord {
  return {
    partition: 0,
    key: Buffer.from(`key-${position}`),
    value: Buffer.from(`${position}`),
    headers: [header("sluice-redrive-id", `${job}:${position}`)],
    timestamp: BigInt(Date.now()),
    ...to,
  };
}

/** transactionOf makes a transaction of copies, its entry telling positions `from` up to the last. */
export function transactionOf(
  job: string,
  records: readonly CopyRecord[],
  { from = 0, mayCommit = true }: { from?: number; mayCommit?: boolean } = {},
): CopyTransaction {
  const told = { job, range: null, from: BigInt(from), to: BigInt(from + records.length), skipped: [] };
  return {
    records,
    entry: (targets: CopyTargets): LedgerEntry => ({ ...told, targets }),
    mayCommit: () => Promise.resolve(mayCommit),
    refused: (refused) => Promise.reject(new Error(refused[0]?.reason)),
  };
}

/** A transaction as it was sent, the indices of the records that were refused, and whether its entry was asked after. */
interface SentTold {
  committed: boolean;
  targets: CopyTargets;
  told: number[];
  toldFirst: boolean;
}

/** sendTold sends a transaction and notes what it is told of refused records. */
export async function sendTold(producer: CopyProducer, transaction: CopyTransaction): Promise<SentTold> {
  const told: number[] = [];
  let toldFirst = false;
  const refused: CopyTransaction["refused"] = (records) => {
    told.push(...records.map(({ index }) => index));
    return Promise.resolve();
  };
  const entry: CopyTransaction["entry"] = (targets) => {
    toldFirst = told.length > 0;
    return transaction.entry(targets);
  };
  const sent = await producer.send({ ...transaction, refused, entry }, soon());
  return { ...sent, told: told.sort((a, b) => a - b), toldFirst };
}

/** ledgerOf reads all entries of a job, as recovery does. */
export async function ledgerOf(copies: CopyCluster, job: string, from = 0n): Promise<LedgerEntry[]> {
  const partition = ledgerPartitionOf(job);
  const to = await copies.ledgerEnd(partition, soon());
  return copies.readLedger({ partition, from, to, job }, soon());
}

/** ledgerEndOf is where a job's ledger ends now. */
export const ledgerEndOf = (copies: CopyCluster, job: string): Promise<bigint> =>
  copies.ledgerEnd(ledgerPartitionOf(job), soon());

/** Waits until no transaction is open: a coordinator answers that one has ended, and writes the markers then. */
async function untilDecided(topic: string): Promise<void> {
  const links = scanLinks();
  const asked = {
    topics: [topic],
    partitions: null,
    start: { kind: "oldest" },
    end: { kind: "end" },
  } as const;
  const endsOf = async (isolation: ReadIsolation): Promise<string> => {
    const { partitions } = await resolveOffsets(links, { ...asked, isolation }, soon());
    return partitions.map(({ partition, logEnd }) => `${partition} ${logEnd}`).join();
  };
  await until(async () => (await endsOf("read_uncommitted")) === (await endsOf("read_committed")), {
    ...{ limitMs: 10_000, everyMs: 10, what: `the markers of ${topic}` },
  });
}

/** recordsOf reads a topic whole once no transaction is open, in the order of partitions and offsets. */
export async function recordsOf(
  topic: string,
  isolation: ReadIsolation = "read_committed",
): Promise<RecordView[]> {
  await untilDecided(topic);
  const { records } = await scanAll(scanLinks(), { topics: [topic], isolation });
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, ofPartition]) => ofPartition);
}

/** textsOf are the values of records as text. */
export const textsOf = (records: readonly RecordView[]): string[] =>
  records.map(({ value }) => value?.toString("utf8") ?? "null");

/** kafkajsValues reads the values of a topic by kafkajs, read_committed, until it has seen `count` of them. */
export async function kafkajsValues(topic: string, count: number): Promise<string[]> {
  const consumer = testKafka().consumer({
    ...{ groupId: `${topic}.reader`, readUncommitted: false },
    retry: { initialRetryTime: 20, retries: 20 },
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const values: string[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // A coordinator that is still loading is asked again.
        if (!payload.restart) reject(payload.error);
      });
      consumer
        .run({
          eachMessage: ({ message }) => {
            values.push(message.value?.toString("utf8") ?? "null");
            if (values.length >= count) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    return values;
  } finally {
    await consumer.disconnect();
  }
}

/** topicMaker makes topics under a prefix of its own, and answers their names. */
export function topicMaker(): (
  name: string,
  numPartitions?: number,
  config?: Record<string, string>,
) => Promise<string> {
  const prefix = topicPrefix();
  return async (name, numPartitions = 1, config = {}) => {
    const topic = `${prefix}.${name}`;
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    await createTopics([{ topic, numPartitions, replicationFactor: 1, configEntries }]);
    return topic;
  };
}

/** The kind of the CopyError that work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<CopyErrorKind> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CopyError)) throw new Error("no CopyError", { cause: error });
  return error.kind;
}
