/**
 * The plainest engine that stands on the copy adapter alone, in a process of its own: it remembers nothing, and learns
 * from the ledger what was sent. Settings come as JSON in FAULT_JOBS. It writes `done` when nothing is left to send, and
 * `fenced` when another one took over.
 */
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  CopyError,
  type CopyFailpoint,
  type CopyProducer,
  type CopyRecord,
  type RecordPlace,
} from "#lib/adapters/kafka/copy/copy-port.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { ledgerPartitionOf } from "#lib/domain/jobs/ledger-entry.ts";
import { partitionFor } from "#kit/partition.ts";
import type { PartFailpoint } from "./job-workers.ts";

/** What a copier is told. */
export interface CopierSettings {
  brokers: string;
  job: string;
  source: { topic: string; topicId: string; ends: number[] };
  target: { topic: string; topicId: string; partitionCount: number };
  /** Records a transaction, and how long to wait between two. */
  portion: number;
  pauseMs: number;
  failpoint: PartFailpoint;
}

const settings = JSON.parse(process.env["FAULT_JOBS"] ?? "{}") as CopierSettings;
const { job, source, target, portion, failpoint } = settings;
const RETRY_MS = 300;
const STEP_LIMIT_MS = 70_000;

let hits = 0;
function copyFailpoints(at: CopyFailpoint): void {
  writeSync(1, `hit ${at}\n`);
  if (failpoint?.at !== at || (hits += 1) !== failpoint.nth) return;
  writeSync(1, `failpoint ${at}\n`);
  process.kill(process.pid, failpoint.signal);
}

const limit = (): AbortSignal => AbortSignal.timeout(STEP_LIMIT_MS);
const places: RecordPlace[] = source.ends.flatMap((end, partition) =>
  Array.from({ length: end }, (_, offset) => ({ ...source, partition, offset: BigInt(offset) })),
);

/** Opens the producer, which fences whoever had it, and learns how many were sent. */
async function recover({ copy }: KafkaCluster): Promise<{ producer: CopyProducer; next: number }> {
  const producer = await copy.openProducer(job, limit(), { planned: [target] });
  const partition = ledgerPartitionOf(job);
  const to = await copy.ledgerEnd(partition, limit());
  const entries = await copy.readLedger({ partition, from: 0n, to, job }, limit());
  const next = entries.reduce((most, entry) => (entry.to > most ? entry.to : most), 0n);
  return { producer, next: Number(next) };
}

async function copiesFrom({ copy }: KafkaCluster, from: number): Promise<CopyRecord[]> {
  const asked = places.slice(from, from + portion);
  const read = await copy.readAt(asked, limit());
  return read.map((each, n): CopyRecord => {
    if (!each.found) throw new Error(`a record is gone: ${each.reason}`);
    const { key, value, headers } = each.record;
    const own = headers.map(({ nameBytes, value: bytes }) => ({ name: nameBytes, value: bytes }));
    const lineage = { name: Buffer.from("sluice-redrive-id"), value: Buffer.from(`${job}:${from + n}`) };
    const partition = key === null ? 0 : partitionFor(key, target.partitionCount);
    const timestamp = BigInt(Date.now());
    return { topic: target.topic, partition, key, value, headers: [...own, lineage], timestamp };
  });
}

async function sendAll(kafka: KafkaCluster): Promise<void> {
  const recovered = await recover(kafka);
  const { producer } = recovered;
  try {
    for (let from = recovered.next; from < places.length; from += portion) {
      const records = await copiesFrom(kafka, from);
      const [start, to] = [BigInt(from), BigInt(from + records.length)];
      const entry = { job, range: null, from: start, to, skipped: [] };
      await producer.send(
        {
          records,
          entry: (targets) => ({ ...entry, targets }),
          mayCommit: () => Promise.resolve(true),
          refused: ([first]) => Promise.reject(new Error(first?.reason)),
        },
        limit(),
      );
      await delay(settings.pauseMs);
    }
  } finally {
    await producer.close();
  }
}

const kafka = openKafkaCluster({
  bootstrap: settings.brokers.split(","),
  ...{ clientId: "fault-copier", tls: null, sasl: null, now: () => Date.now(), copyFailpoints },
});
for (;;) {
  try {
    await sendAll(kafka);
    writeSync(1, "done\n");
    break;
  } catch (error) {
    if (!(error instanceof CopyError || error instanceof KafkaError)) throw error;
    writeSync(1, `again ${error.message}\n`);
    if (error instanceof CopyError && error.kind === "fenced") {
      writeSync(1, "fenced\n");
      break;
    }
    await delay(RETRY_MS);
  }
}
await kafka.close();
