import type { Db } from "#lib/adapters/db/db.ts";
import type { WrittenState } from "#lib/adapters/db/sweep-rows.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import { SWEEP_PARTS, type ClusterObservation, type SweepPart } from "#lib/domain/sweep/observation.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";
import type { Log } from "#lib/log.ts";
import { recordSweep, recordUnreachable } from "#lib/services/clusters/record-sweep.ts";
import { reasonOf } from "#lib/worker/keep-lease.ts";
import { pause } from "#lib/services/pause.ts";

/** How often each part of a sweep is due, ms. */
const PART_BEATS_MS: Readonly<Record<SweepPart, number>> = {
  metadata: 20_000,
  members: 10_000,
  shares: 10_000,
  stables: 20_000,
  starts: 30_000,
  configs: 60_000,
  sizes: 60_000,
};
/** A sweep that takes longer than this is given up. */
const SWEEP_LIMIT_MS = 45_000;
const TAILS_LIMIT_MS = 10_000;

/** What the sweep of one cluster runs on. */
export interface SweepLoop {
  readonly cluster: string;
  readonly kafka: KafkaCluster;
  readonly db: Db;
  /** The lag in records at or below which a partition of a group counts as level. */
  readonly allowedLag: (group: string) => number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly log: Log;
  /** The pause between two sweeps; tests shorten it. */
  readonly beatMs?: number;
}

/** What one holder of the lease keeps between sweeps. */
interface Run {
  readonly loop: SweepLoop;
  readonly lease: Lease;
  readonly book: ClusterBook;
  written: WrittenState;
  readonly dueAt: Map<SweepPart, number>;
  /** The sentence of the outage that was last logged; null while the cluster answers. */
  outage: string | null;
}

/**
 * sweepCluster sweeps one cluster every beat for as long as its lease holds, one sweep at a time. It begins with what
 * the database remembers, so that a takeover loses nothing. An unreachable cluster is written as such and tried
 * again; a database that is away throws, so that the lease is asked for anew.
 */
export async function sweepCluster(loop: SweepLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  const book = new ClusterBook({ allowedLag: loop.allowedLag });
  book.restore(await loop.db.sweeps.load(loop.cluster, loop.now() - WINDOW_LIMIT_MS));
  const written = await loop.db.sweeps.written(loop.cluster);
  const run: Run = { loop, lease, book, written, dueAt: new Map(), outage: null };
  const beatMs = loop.beatMs ?? SWEEP_BEAT_MS;
  while (!signal.aborted) {
    const startedAt = loop.now();
    const answered = await sweepOnce(run, signal);
    const tookMs = loop.now() - startedAt;
    // A slow cluster gets as much rest as it took; one that is away is looked for twice a beat.
    const restMs = answered ? Math.max(beatMs - tookMs, tookMs) : beatMs / 2;
    await pause(Math.min(restMs, 3 * beatMs), signal);
  }
}

/** One sweep from the brokers to the tables; false when the cluster did not answer. */
async function sweepOnce(run: Run, signal: AbortSignal): Promise<boolean> {
  const { loop, lease, book } = run;
  const { cluster, log } = loop;
  const seen = await observe(run, signal);
  if (signal.aborted) return false;
  if (seen === null) {
    const reason = run.outage ?? "It does not answer.";
    await writing(run, () => recordUnreachable(loop, { cluster, lease, reason, at: loop.now() }));
    return false;
  }
  const snapshot = book.record(seen);
  await writing(run, async () => {
    run.written = await recordSweep(loop, { cluster, lease, snapshot, written: run.written });
  });
  await countTails(run, signal);
  log.debug(
    { cluster, groups: snapshot.groups.length, requests: seen.requests, durationMs: seen.durationMs },
    "swept",
  );
  return true;
}

/** Asks the brokers for the parts that are due; null when none answers. */
async function observe(run: Run, signal: AbortSignal): Promise<ClusterObservation | null> {
  const { loop, dueAt } = run;
  const startedAt = loop.now();
  const parts = SWEEP_PARTS.filter((part) => (dueAt.get(part) ?? 0) <= startedAt + 500);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(SWEEP_LIMIT_MS)]);
    const seen = await loop.kafka.sweep(new Set(parts), limit);
    for (const part of parts) dueAt.set(part, startedAt + PART_BEATS_MS[part]);
    if (run.outage !== null) loop.log.info({ cluster: loop.cluster }, "the cluster answers again");
    run.outage = null;
    return seen;
  } catch (error) {
    if (signal.aborted) return null;
    const { kind, message } = toKafkaError(error, `cluster ${loop.cluster}`);
    if (run.outage === null)
      loop.log.warn({ cluster: loop.cluster, kind, reason: message }, "the cluster does not answer");
    run.outage = message;
    dueAt.clear();
    return null;
  }
}

/**
 * Counts what stands between commits and ends where it may be markers alone, for the next sweep; usually nothing. A
 * count that fails is asked for again after that sweep.
 */
async function countTails({ loop, book }: Run, signal: AbortSignal): Promise<void> {
  const wanted = book.turnTails();
  if (wanted.length === 0) return;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TAILS_LIMIT_MS)]);
    book.learnTails(await loop.kafka.readTails(wanted, limit));
  } catch (error) {
    if (signal.aborted) return;
    const { kind, message } = toKafkaError(error, `cluster ${loop.cluster}`);
    loop.log.debug({ cluster: loop.cluster, kind, reason: message }, "tails could not be counted");
  }
}

/** Writes; a lost lease and a database that is away end the run, anything else is logged and costs this sweep. */
async function writing({ loop }: Run, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LeaseLostError || loop.db.unreachableSinceAt !== null) throw error;
    loop.log.error({ cluster: loop.cluster, reason: reasonOf(error) }, "a sweep could not be stored");
  }
}
