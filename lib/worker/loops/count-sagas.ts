import type { Db } from "#lib/adapters/db/db.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import { SAGA_STATES, type SagaState } from "#lib/domain/sagas/saga.ts";
import type { Log } from "#lib/log.ts";
import type { SagaTools } from "#lib/services/ctx.ts";
import { pause } from "#lib/services/pause.ts";
import { askSources, sagaSources } from "#lib/services/sagas/sources.ts";

const EVERY_MS = 60_000;
const KEPT_MS = 30 * 24 * 3_600_000;

/** What the loop runs on; the beat is shortened by tests. */
export interface CountLoop {
  readonly db: Db;
  readonly sagas: SagaTools;
  readonly now: () => number;
  readonly log: Log;
  readonly beatMs?: number;
}

/**
 * countSagas counts the sagas of every source by type and state once a minute while its lease holds, and keeps the
 * samples for 30 days. A source that cannot be read counts as unknown. Throws LeaseLostError, DatabaseUnreachableError.
 */
export async function countSagas(loop: CountLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  const { db, now, log, beatMs = EVERY_MS } = loop;
  while (!signal.aborted) {
    const at = now();
    const sources = sagaSources(loop);
    const { answers, failures } = await askSources(sources, (source) => source.counts(signal));
    if (failures.length > 0) log.debug({ failures }, "sagas could not be counted");
    const rows = answers.flatMap(({ source, answer }) => countsByType(source.facts.id, answer));
    const unread = failures.map(({ subject }) => subject);
    await db.transaction(async (tx) => {
      await tx.leases.guard(lease);
      await tx.sagaCounts.record(at, { rows, unread });
      await tx.sagaCounts.forgetBefore(at - KEPT_MS);
    });
    await pause(beatMs, signal);
  }
}

/** One row a type, with 0 for the states in which none stands. */
function countsByType(
  source: string,
  counted: readonly { type: string; state: SagaState; count: number }[],
): { source: string; type: string; counts: Record<SagaState, number> }[] {
  return [...new Set(counted.map(({ type }) => type))].map((type) => {
    const of = (state: SagaState): number =>
      counted.find((each) => each.type === type && each.state === state)?.count ?? 0;
    const counts = Object.fromEntries(SAGA_STATES.map((state) => [state, of(state)]));
    return { source, type, counts: counts as Record<SagaState, number> };
  });
}
