import type { Db, Tx } from "#lib/adapters/db/db.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import type { Log } from "#lib/log.ts";
import { pause } from "#lib/services/pause.ts";
import { readCommandResults, type ResultsCtx } from "#lib/services/sagas/read-command-results.ts";

/** How often answers are read while a command waits for one. */
const BEAT_MS = 500;
/** How often they are read while none does: a late answer is taken too. */
const IDLE_EVERY_MS = 10_000;
/** The protocol's limit of a guarded transaction. */
const WRITE_LIMIT_MS = 2_000;

/** What the loop runs on; the times are shortened by tests. */
export interface ResultsLoop {
  readonly cluster: string;
  readonly kafka: Pick<KafkaCluster, "reader">;
  readonly db: Db;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
  readonly beatMs?: number;
  readonly idleEveryMs?: number;
}

/**
 * readResults follows the services' answers to commands on one cluster while its lease holds. It goes on from the stored
 * positions, so any worker goes on where another one ended. A cluster that does not answer is asked again. Throws
 * LeaseLostError, DatabaseUnreachableError.
 */
export async function readResults(loop: ResultsLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  const { cluster, db, now, log, beatMs = BEAT_MS, idleEveryMs = IDLE_EVERY_MS } = loop;
  const guarded = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.transaction(
      async (tx) => {
        await tx.leases.guard(lease);
        return work(tx);
      },
      { timeoutMs: WRITE_LIMIT_MS },
    );
  const ctx = { cluster, kafka: loop.kafka, db, log, guarded };
  let readAt = Number.NEGATIVE_INFINITY;
  let failing = false;
  while (!signal.aborted) {
    // A clock that was put back must not put the next look off.
    const due = Math.abs(now() - readAt) >= idleEveryMs;
    if (due || (await db.sagaCommandResults.awaits(cluster))) {
      const failure = await readOnce(ctx, signal);
      if (failure === null) readAt = now();
      else if (!failing) log.warn({ cluster, ...failure }, "answers to saga commands cannot be read");
      failing = failure !== null;
    }
    await pause(failing ? 5 * beatMs : beatMs, signal);
  }
}

/** Reads what is there now; answers why the cluster could not be read, null where it could. */
async function readOnce(
  ctx: ResultsCtx,
  signal: AbortSignal,
): Promise<{ kind: string; reason: string } | null> {
  try {
    await readCommandResults(ctx, signal);
    return null;
  } catch (error) {
    // An abort in the middle of a read is the end of the work, not its failure.
    if (signal.aborted) return null;
    if (error instanceof LeaseLostError || ctx.db.unreachableSinceAt !== null) throw error;
    const { kind, message } = toKafkaError(error, `cluster ${ctx.cluster}`);
    return { kind, reason: message };
  }
}
