import type { Tx } from "#lib/adapters/db/db.ts";
import type { WrittenState } from "#lib/adapters/db/sweep-rows.ts";
import type { ClusterSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** The protocol's limit of a guarded transaction: a renewal of the lease waits behind it. */
const WRITE_LIMIT_MS = 2_000;
const HINTED = ["clusters", "brokers", "topics", "groups"] as const;

/**
 * recordSweep writes what a sweep saw in transactions guarded by the lease, and tells the consoles. The rows of a
 * large sweep and the samples of the history go ahead, so that each transaction stays short; a sweep that fails half
 * way is written in full by the next. Answers what is written now, for the next call. Throws LeaseLostError.
 */
export async function recordSweep(
  ctx: Pick<Ctx, "db">,
  {
    cluster,
    lease,
    snapshot,
    written,
  }: { cluster: string; lease: Lease; snapshot: ClusterSnapshot; written: WrittenState },
): Promise<WrittenState> {
  const prepared = ctx.db.sweeps.prepare(snapshot, written);
  const guarded = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    ctx.db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        return work(tx);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  for (const portion of prepared.ahead) await guarded((tx) => tx.sweeps.writePortion(cluster, portion));
  const series = await guarded((tx) => tx.sweeps.writeSamples(cluster, prepared));
  return guarded(async (tx) => {
    const next = await tx.sweeps.write(cluster, prepared, series);
    await tx.hints.notify(HINTED.map((feature) => ({ feature, cluster, id: null })));
    return next;
  });
}

/** recordUnreachable writes that a cluster does not answer, guarded by the lease; what was seen of it stays. */
export async function recordUnreachable(
  ctx: Pick<Ctx, "db">,
  { cluster, lease, reason, at }: { cluster: string; lease: Lease; reason: string; at: number },
): Promise<void> {
  await ctx.db.transaction(
    async (tx) => {
      await tx.leases.guard(lease);
      await tx.sweeps.writeUnreachable({ cluster, reason, at });
      await tx.hints.notify([{ feature: "clusters", cluster, id: null }]);
    },
    { timeoutMs: WRITE_LIMIT_MS },
  );
}
