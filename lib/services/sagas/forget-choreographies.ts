import type { Beginning } from "#lib/services/sagas/begin-choreographies.ts";

const DAY_MS = 86_400_000;
/** How long an ended instance is kept, and one that never ended, since they last moved. */
const ENDED_KEPT_MS = 30 * DAY_MS;
const OPEN_KEPT_MS = 90 * DAY_MS;
/** Rows of one transaction, and transactions of one call: the rest is for the next call. */
const ROWS_A_TIME = 1_000;
const TIMES = 20;

/** forgetChoreographies deletes instances that are older than they are kept, those of maps that are gone too. */
export async function forgetChoreographies({ ctx, cluster, guarded }: Beginning): Promise<void> {
  const now = ctx.now();
  const kept = [
    { states: ["completed", "compensated"] as const, beforeAt: now - ENDED_KEPT_MS },
    { states: ["running", "compensating"] as const, beforeAt: now - OPEN_KEPT_MS },
  ];
  for (const { type } of await ctx.db.choreographies.maps(cluster)) {
    for (const old of kept) {
      for (let time = 0, deleted = ROWS_A_TIME; time < TIMES && deleted === ROWS_A_TIME; time += 1)
        await guarded(async (tx) => {
          deleted = await tx.choreographies.forget(cluster, { type, ...old, limit: ROWS_A_TIME });
        });
    }
  }
}
