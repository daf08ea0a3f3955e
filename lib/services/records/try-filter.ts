import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { tryFilter as contract } from "#lib/contracts/records.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { atRecord } from "#lib/services/records/at-record.ts";

/**
 * tryFilter tells what each condition makes of one record, by the engine of the search; one that cannot be understood
 * has a problem, and the others are told all the same. Throws `topic_unknown`, `record_unknown`, `cluster_unreachable`,
 * `read_refused`.
 */
export async function tryFilter(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic, partition, offset } = input.params;
  const at = { topic, partition, offset };
  const terms = await atRecord(ctx, { cluster, at }, (kafka, signal) =>
    kafka.records.tryFilter(at, { ...input.body, signal }),
  );
  return { terms };
}
