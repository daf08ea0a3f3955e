import { v7 } from "uuid";
import type { CopyCluster, CopyHeader, CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { FrozenRange } from "#lib/domain/jobs/job-source.ts";
import { ledgerPartitionOf } from "#lib/domain/jobs/ledger-entry.ts";
import { roundOf, TRANSACTION, type CopyAsked, type Round } from "./shape.ts";

type Portion = Awaited<ReturnType<CopyCluster["readRange"]>>;

const LIMIT_BYTES = 4 * 1024 * 1024;
const signal = new AbortController().signal;

/** sluiceCopy copies a topic by the engine's own adapter: one ledger record a transaction, read ahead while it ends. */
export async function sluiceCopy(asked: CopyAsked): Promise<Round> {
  const cluster = openKafkaCluster({
    bootstrap: asked.brokers.split(","),
    ...{ clientId: "bench-sluice", tls: null, sasl: null, now: Date.now },
  });
  try {
    return await copyAll(cluster, asked);
  } finally {
    await cluster.close();
  }
}

async function copyAll(cluster: KafkaCluster, { source, target }: CopyAsked): Promise<Round> {
  const { copy } = cluster;
  const job = v7();
  await copy.ensureLedger(signal);
  const { partitions } = await cluster.reader.offsets([source], signal);
  const ledgerStart = await copy.ledgerEnd(ledgerPartitionOf(job), signal);
  const producer = await copy.openProducer(job, signal);
  const tookMs: number[] = [];
  let records = 0;
  const startedAt = performance.now();
  for (const [range, { topic, topicId, partition, fromOffset, toOffset }] of partitions.entries()) {
    const frozen: FrozenRange = { topic, topicId, partition, fromOffset, toOffset };
    let from = fromOffset;
    let reading = portionOf(copy, frozen, from);
    while (from < toOffset) {
      const portion = await reading;
      const { nextOffset: to } = portion;
      // The next portion is read while this one is sent.
      reading = portionOf(copy, frozen, to);
      const beganAt = performance.now();
      const entry = { job, range, from, to, skipped: [] };
      const { committed } = await producer.send(
        {
          records: copiesOf(portion.records, { job, range, frozen, target }),
          entry: (targets) => ({ ...entry, targets }),
          mayCommit: () => Promise.resolve(true),
          refused: ([first]) => Promise.reject(new Error(first?.reason)),
        },
        signal,
      );
      if (!committed || portion.gone !== null) throw new Error("not all of it was copied");
      tookMs.push(performance.now() - beganAt);
      records += portion.records.length;
      from = to;
    }
    await reading;
  }
  const round = roundOf(records, performance.now() - startedAt, tookMs);
  await producer.close();
  await check(copy, { job, ledgerStart, records });
  return round;
}

const portionOf = (copy: CopyCluster, frozen: FrozenRange, fromOffset: bigint): Promise<Portion> =>
  copy.readRange({ ...frozen, fromOffset }, { limit: TRANSACTION.sluice, limitBytes: LIMIT_BYTES, signal });

const NAMES = [
  "sluice-redrive-id",
  "sluice-job",
  "sluice-hop",
  "sluice-origin",
  "sluice-origin-timestamp",
].map((each) => Buffer.from(each));

/** The copies of a portion, with the headers that tell where they come from. */
function copiesOf(
  records: readonly RecordView[],
  { job, range, frozen, target }: { job: string; range: number; frozen: FrozenRange; target: string },
): CopyRecord[] {
  const timestamp = BigInt(Date.now());
  return records.map((record): CopyRecord => {
    const { offset } = record;
    const values = [`${job}:${range}:${offset}`, job, "1", `${frozen.topicId}:${frozen.partition}:${offset}`];
    const lineage = [...values, String(record.timestamp)].map((value, n): CopyHeader => ({
      name: NAMES[n] ?? Buffer.alloc(0),
      value: Buffer.from(value),
    }));
    const own = record.headers.map(({ nameBytes, value }): CopyHeader => ({ name: nameBytes, value }));
    const headers = [...own, ...lineage];
    return {
      topic: target,
      partition: frozen.partition,
      key: record.key,
      value: record.value,
      headers,
      timestamp,
    };
  });
}

/** The ledger must tell of every copy. */
async function check(
  copy: CopyCluster,
  { job, ledgerStart: from, records }: { job: string; ledgerStart: bigint; records: number },
): Promise<void> {
  const partition = ledgerPartitionOf(job);
  const to = await copy.ledgerEnd(partition, signal);
  const entries = await copy.readLedger({ partition, from, to, job }, signal);
  const told = entries.flatMap(({ targets }) => targets).reduce((sum, { count }) => sum + count, 0);
  if (told !== records) throw new Error(`the ledger tells ${told} of ${records} copies`);
}
