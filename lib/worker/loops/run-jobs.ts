import type { ActiveJob } from "#lib/adapters/db/job-runs.ts";
import { jobLease, type LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { openRun, type RunCtx } from "#lib/services/jobs/run/job-run.ts";
import { runJob } from "#lib/services/jobs/run/run-job.ts";
import { holdLease, reasonOf } from "#lib/worker/keep-lease.ts";
import { pause } from "#lib/services/pause.ts";

const BEAT_MS = 500;
/** Jobs that one worker plans or sends at once; those that only follow what was sent cost little. */
const SENDING = 4;
const FOLLOWING = 32;
/** A job that failed here is left to other workers for a while. */
const SHUN_MS = 5_000;
/** Copies of jobs that were paused or cancelled are followed for a day. */
const FOLLOWED_MS = 24 * 3_600_000;

/** What the loop runs on. */
export interface JobLoop extends RunCtx {
  readonly holder: string;
  readonly times: LeaseTimes;
  /** The pause between two looks; tests shorten it. */
  readonly beatMs?: number | undefined;
}

/** A job in the hands of this process. */
interface Running {
  sends: boolean;
  ended: Promise<void>;
}

/**
 * runJobs runs the copy jobs of one cluster, each under a lease of its own, so that any number of workers is safe: a
 * job whose worker ends is taken up by another one when its lease runs out. Ends with the signal, when all that it runs
 * has ended. An absent database is asked again.
 */
export async function runJobs(loop: JobLoop, signal: AbortSignal): Promise<void> {
  const running = new Map<number, Running>();
  const shunned = new Map<number, number>();
  let failing = false;
  while (!signal.aborted) {
    try {
      const sinceAt = loop.now() - FOLLOWED_MS;
      for (const job of await loop.db.jobRuns.active({ cluster: loop.cluster, sinceAt })) {
        const known = running.get(job.number);
        // A job that has sent all and is followed leaves its place to others.
        if (known !== undefined) known.sends = sendsNow(job);
        if (known !== undefined || (shunned.get(job.number) ?? 0) > loop.now()) continue;
        if (job.holder !== null && job.holder !== loop.holder) continue;
        if (!hasRoom(running, job)) continue;
        running.set(job.number, start(loop, job, { signal, running, shunned }));
      }
      failing = false;
    } catch (error) {
      if (!failing)
        loop.log.warn({ cluster: loop.cluster, reason: reasonOf(error) }, "jobs cannot be looked for");
      failing = true;
    }
    await pause(loop.beatMs ?? BEAT_MS, signal);
  }
  await Promise.all([...running.values()].map(({ ended }) => ended));
}

/** Whether a job sends or plans, as far as its row tells. */
const sendsNow = ({ state, wish }: ActiveJob): boolean =>
  state === "planning" || state === "running" || (state === "paused" && wish !== "pause");

function hasRoom(running: ReadonlyMap<number, Running>, job: ActiveJob): boolean {
  const sends = sendsNow(job);
  const same = [...running.values()].filter((each) => each.sends === sends);
  return same.length < (sends ? SENDING : FOLLOWING);
}

function start(
  loop: JobLoop,
  job: ActiveJob,
  {
    signal,
    running,
    shunned,
  }: { signal: AbortSignal; running: Map<number, Running>; shunned: Map<number, number> },
): Running {
  const ended = hold(loop, job, signal)
    .catch((error: unknown) => {
      shunned.set(job.number, loop.now() + SHUN_MS);
      loop.log.warn({ job: job.number, reason: reasonOf(error) }, "a job is given up here for a while");
    })
    .then(() => void running.delete(job.number));
  return { sends: sendsNow(job), ended };
}

async function hold(loop: JobLoop, job: ActiveJob, signal: AbortSignal): Promise<void> {
  const { db, holder, times, log } = loop;
  const name = jobLease(job.id);
  const lease = await db.leases.take({ name, holder, ttlMs: times.ttlMs });
  if (lease === null) return;
  await holdLease({ db, name, holder, times, log, signal }, lease, (held, working) =>
    runJob(openRun(loop, job, { lease: held, signal: working })),
  );
}
