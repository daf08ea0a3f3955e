import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { exportJob as contract } from "#lib/contracts/jobs.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findJob } from "#lib/services/jobs/get-job.ts";

const PAGE = 1_000;

/** exportJob yields every record of a job in its order, page by page. Throws `cluster_unknown`, `job_unknown`. */
export async function* exportJob(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): AsyncGenerator<OutputOf<typeof contract>, void, undefined> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { number } = await findJob(ctx, cluster, input.params.number);
  let after = -1n;
  for (;;) {
    ctx.signal.throwIfAborted();
    const page = await ctx.db.jobs.records(number, { after, limit: PAGE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = BigInt(last.seq);
  }
}
