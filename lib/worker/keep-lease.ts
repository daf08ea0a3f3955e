import type { Db } from "#lib/adapters/db/db.ts";
import { LeaseLostError, type Lease, type LeaseTimes } from "#lib/domain/clusters/lease.ts";
import type { Log } from "#lib/log.ts";
import { pause } from "#lib/services/pause.ts";

/** What a leased loop runs on. */
export interface Leased {
  readonly db: Pick<Db, "leases">;
  readonly name: string;
  /** Unlike every other process's. */
  readonly holder: string;
  readonly times: LeaseTimes;
  readonly log: Log;
  /** Ends the loop; the lease is then released. */
  readonly signal: AbortSignal;
}

/**
 * keepLease contends for a lease and runs `work` while it holds it, until `signal` ends it. The signal that `work`
 * gets is aborted when the lease was taken over or the loop ends. Work that throws begins anew, after a pause. While
 * the database is away the lease is neither renewed nor lost: every write checks the epoch, and after an outage the
 * same epoch goes on unless another worker took over. Never throws.
 */
export async function keepLease(
  leased: Leased,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { signal, times, log, name } = leased;
  let failing = false;
  while (!signal.aborted) {
    try {
      const lease = await leased.db.leases.take({ name, holder: leased.holder, ttlMs: times.ttlMs });
      if (failing) log.info({ lease: name }, "the lease can be asked for again");
      failing = false;
      if (lease !== null) await holdLease(leased, lease, work);
    } catch (error) {
      if (!failing) log.warn({ lease: name, reason: reasonOf(error) }, "the leased work is interrupted");
      failing = true;
    }
    await pause(times.contendMs, signal);
  }
}

/**
 * holdLease runs `work` under a lease that was taken, renews it meanwhile and releases it at the end. Throws what `work`
 * throws, but for a lost lease and the end of the loop.
 */
export async function holdLease(
  { db, times, log, signal }: Leased,
  lease: Lease,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  log.info({ lease: lease.name, epoch: lease.epoch.toString() }, "lease taken");
  const lost = new AbortController();
  const ended = new AbortController();
  const working = AbortSignal.any([signal, lost.signal]);
  const renewing = renew({ db, times, log, signal: AbortSignal.any([signal, ended.signal]) }, lease, lost);
  try {
    await work(lease, working);
  } catch (error) {
    // An abort that the loop itself asked for is the end of the work, not its failure.
    if (!signal.aborted && !(error instanceof LeaseLostError)) throw error;
  } finally {
    ended.abort();
    await renewing;
    if (lost.signal.aborted) log.warn({ lease: lease.name }, "lease lost");
    else await db.leases.release(lease).catch(() => undefined); // A lease that cannot be released runs out.
  }
}

/** Renews until the signal; aborts `lost` when another worker took the lease over. */
async function renew(
  { db, times, log, signal }: Pick<Leased, "db" | "times" | "log" | "signal">,
  lease: Lease,
  lost: AbortController,
): Promise<void> {
  for (;;) {
    await pause(times.renewMs, signal);
    if (signal.aborted) return;
    try {
      if (await db.leases.renew(lease, times.ttlMs)) continue;
      lost.abort(new LeaseLostError(lease.name));
      return;
    } catch (error) {
      log.debug({ lease: lease.name, reason: reasonOf(error) }, "the lease could not be renewed");
    }
  }
}

/** reasonOf is the message of an error for the log. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
