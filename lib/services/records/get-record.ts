import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getRecord as contract } from "#lib/contracts/records.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { atRecord } from "#lib/services/records/at-record.ts";

/**
 * getRecord reads one record with its neighbours, decoded and masked. Throws `topic_unknown`, `record_unknown` with the
 * reason, `cluster_unreachable`, `read_refused`.
 */
export async function getRecord(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic, partition, offset } = input.params;
  const at = { topic, partition, offset };
  return atRecord(ctx, { cluster, at }, (kafka, signal) =>
    kafka.records.read(at, { ...input.query, signal }),
  );
}
