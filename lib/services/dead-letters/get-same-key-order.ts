import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSameKeyOrder as contract } from "#lib/contracts/dead-letters.ts";
import {
  isOrderScan,
  orderOf,
  orderScanOf,
  type OrderFindings,
  type OrderQuestion,
  type OrderScan,
} from "#lib/domain/dead-letters/same-key-order.ts";
import type { StoredDeadLetter } from "#lib/adapters/db/dead-letters.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";
import { findDeadLetter } from "#lib/services/dead-letters/show-dead-letters.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";

const LIMIT_MS = 2_000;
const LIMIT_BYTES = 50 * 1024 * 1024;

/**
 * getSameKeyOrder tells whether the failing group has committed newer records of a dead letter's key, by a scan of the
 * origin's partition of at most 2 s and 50 MB. Throws `cluster_unknown`, `dead_letter_unknown`, `cluster_unreachable`,
 * `read_refused`.
 */
export async function getSameKeyOrder(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const stored = await findDeadLetter(ctx, cluster, input.params.id);
  const question = await questionOf(ctx, cluster, stored);
  const scan = orderScanOf(question);
  if (!isOrderScan(scan)) return scan;
  return orderOf(question, scan, await lookThrough(ctx, { cluster, scan, keyHash: stored.keyHash }));
}

/** What the brokers tell before the log is looked at; nothing is asked where the headers already leave it open. */
async function questionOf(
  ctx: Ctx,
  cluster: string,
  { row: { origin, group }, keyHash }: StoredDeadLetter,
): Promise<OrderQuestion> {
  const told = { origin, group, hasKey: keyHash !== null };
  const { topic, partition } = origin;
  if (group === null || topic === null || partition === null || keyHash === null)
    return { ...told, committed: null, logStart: null };
  return askRecords(ctx, { cluster, otherwise: "read_refused" }, async (kafka, signal) => {
    const logs = await kafka.topicLogs.read([topic], signal);
    const { commits } = await kafka.groupAdmin.standing(group, signal);
    return {
      ...told,
      committed: commits.get(topic)?.get(partition)?.offset ?? null,
      logStart: logs.get(topic)?.partitions[partition]?.start ?? null,
    };
  });
}

async function lookThrough(
  ctx: Ctx,
  { cluster, scan, keyHash }: { cluster: string; scan: OrderScan; keyHash: bigint | null },
): Promise<OrderFindings> {
  const { topic, partition, from, to } = scan;
  const startedAt = ctx.now();
  const offsets: bigint[] = [];
  let bytes = 0;
  let cutShort: string | null = null;
  const scannedTo = await askRecords(ctx, { cluster, otherwise: "read_refused" }, async (kafka, signal) => {
    const log = (await kafka.topicLogs.read([topic], signal)).get(topic);
    const topicId = log?.topicId;
    if (topicId === undefined) return from;
    const plan = { topic, topicId, partition, fromOffset: from, toOffset: to };
    const [outcome] = await kafka.reader.read([plan], {
      signal,
      patienceMs: LIMIT_MS,
      onBatch({ records, sizeBytes }) {
        for (const { key, offset } of records)
          if (key !== null && hashOf(key) === keyHash) offsets.push(offset);
        bytes += sizeBytes;
        if (bytes > LIMIT_BYTES) cutShort = "the search ends after 50 MB";
        else if (ctx.now() - startedAt > LIMIT_MS) cutShort = "the search ends after 2 s";
        return cutShort === null ? undefined : "stop";
      },
    });
    if (outcome !== undefined && !outcome.done) cutShort ??= "the partition could not be read further";
    return outcome?.nextOffset ?? from;
  });
  return { scannedTo, offsets, cutShort };
}
