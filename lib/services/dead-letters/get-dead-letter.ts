import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getDeadLetter as contract } from "#lib/contracts/dead-letters.ts";
import { lineageOf } from "#lib/domain/dead-letters/lineage.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { jobsOf, listedOf, redriveCopies } from "#lib/services/dead-letters/show-copies.ts";
import {
  findCause,
  findDeadLetter,
  showCauses,
  shownTo,
} from "#lib/services/dead-letters/show-dead-letters.ts";

/**
 * getDeadLetter answers one dead letter, where its record has been, the jobs that have to do with it, its neighbours in
 * the cause, and others of its key.
 * Throws `cluster_unknown`, `dead_letter_unknown`.
 */
export async function getDeadLetter(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const stored = await findDeadLetter(ctx, cluster, input.params.id);
  const [cause] = await showCauses(ctx, cluster, [await findCause(ctx, cluster, stored.row.cause)]);
  if (cause === undefined) throw new Error("One cause is shown for one that is given.");
  const shown = shownTo(ctx, cluster);
  const sameKey = await ctx.db.deadLetters.sameKey(cluster, stored);
  const sameRecord = await ctx.db.deadLetters.sameRecord(cluster, stored);
  const known = new Map([stored, ...sameKey, ...sameRecord].map((each) => [each.row.id, each]));
  const jobs = await jobsOf(ctx, cluster, [...known.values()]);
  const ofRecord = new Set([stored, ...sameRecord].map(({ row: { id } }) => id));
  return {
    deadLetter: listedOf(shown.row(stored), jobs),
    copies: jobs.get(stored.row.id)?.copies ?? [],
    cause,
    lineage: lineageOf(
      stored.row,
      sameRecord.map(({ row }) => row),
      redriveCopies(new Map([...jobs].filter(([id]) => ofRecord.has(id)))),
    ),
    ...(await ctx.db.deadLetters.neighbours(cluster, stored)),
    sameKey: sameKey.map((each) => listedOf(shown.row(each), jobs)),
  };
}
