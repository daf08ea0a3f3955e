import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { jobLease, LeaseLostError } from "#lib/domain/clusters/lease.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { cancelJob as cancelPlan } from "#lib/services/jobs/cancel-job.ts";
import { claimRecords } from "#lib/services/jobs/run/claim-records.ts";
import { cancelJob } from "#lib/services/jobs/run/end-job.ts";
import { openRun, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import {
  CLUSTER,
  openDeadLetterBench,
  type DeadLetterBench,
} from "../../services/dead-letters/dead-letter-bench.ts";

/** One more than the start claims itself. */
const ROWS = 5_001;
const LIMIT_MS = 60_000;
const TOPIC_ID = "11111111-1111-4111-8111-111111111111";
const SPEC: JobSpec = {
  ...{ kind: "redrive", name: "test", description: "", transform: NO_TRANSFORM },
  source: { kind: "dead-letters", selection: { kind: "ids", ids: [] } },
  target: { kind: "way-in", group: "billing" },
  pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
  ...{ stale: "send", times: "new", processed: "send" },
};

let bench: DeadLetterBench;
beforeAll(async () => {
  bench = await openDeadLetterBench();
}, LIMIT_MS);
afterAll(() => bench.close());

/** As many open dead letters as a large job has; where they lie nobody has to know here. */
beforeEach(async () => {
  await bench.sql("TRUNCATE job_claim, dead_letter, dead_letter_tally, dead_letter_topic, dead_letter_cause");
  await bench.sql(
    `INSERT INTO dead_letter_topic (id, cluster, topic, topic_id, found_by, observed_at) OVERRIDING SYSTEM VALUE
     VALUES (1, $1, 'claims.dlt', $2, 'name', now())`,
    [CLUSTER, TOPIC_ID],
  );
  await bench.sql(
    `INSERT INTO dead_letter (topic_ref, partition, record_offset, cause_ref, state_at, at, pointer, hops)
     SELECT 1, n % 2, n, 1, now(), now(), false, 1 FROM generate_series(0, ${ROWS - 1}) n`,
  );
}, LIMIT_MS);

const ctx = () => ({
  ...{ cluster: CLUSTER, db: bench.db, kafka: bench.kafka, now: () => Date.now(), newId: () => v7() },
  ...{ log: bench.ctx.log, jobs: testJobTools() },
});

/** A job with a plan of all dead letters, of which the last ones are held. */
async function planned(held = 0): Promise<{ number: number; id: string }> {
  const id = v7();
  const number = await bench.db.jobs.create({
    ...{ id, cluster: CLUSTER, spec: SPEC, requestedBy: "x", requestedById: null, requestedAt: Date.now() },
  });
  await bench.sql(
    `INSERT INTO job_record (job_number, seq, topic, topic_id, partition, record_offset, dead_letter_topic_ref, outcome)
     SELECT $1, n, 'claims.dlt', $2, n % 2, n, 1, CASE WHEN n >= ${ROWS - held} THEN 'held' ELSE 'pending' END
     FROM generate_series(0, ${ROWS - 1}) n`,
    [number, TOPIC_ID],
  );
  const plan = {
    ...{
      readAt: 0,
      records: ROWS - held,
      atMost: false,
      bytes: 0,
      largestBytes: 0,
      sources: [],
      targets: [],
    },
    ...{ ranges: [], refused: [], groups: [], processed: {}, warnings: [], refusals: [] },
    held: held === 0 ? [] : [{ code: "newer_siblings", sentence: "-", count: held }],
  };
  await bench.sql(
    `UPDATE job SET state = 'planned', hash = 'h', plan = $2,
       counts = jsonb_build_object('pending', ${ROWS - held}, 'held', ${held}) WHERE number = $1`,
    [number, JSON.stringify(plan)],
  );
  return { number, id };
}

async function started(sendHeld: boolean, held = 0): Promise<{ number: number; id: string }> {
  const job = await planned(held);
  const tools = testJobTools({ settings: { ...testJobTools().settings, approvalOver: 1_000_000 } });
  await startJob(
    { ...bench.ctx, jobs: tools },
    {
      params: { cluster: CLUSTER, number: job.number },
      query: {},
      body: { hash: "h", reason: "test", sendHeld, confirmRecords: ROWS - (sendHeld ? 0 : held) },
    },
  );
  return job;
}

async function running(job: { number: number; id: string }, ended = new AbortController()): Promise<JobRun> {
  const name = jobLease(job.id);
  const lease = await bench.db.leases.take({ name, holder: v7(), ttlMs: 60_000 });
  if (lease === null) throw new Error("the lease is held");
  return openRun(ctx(), job, { lease, signal: ended.signal });
}

const states = async () =>
  Object.fromEntries(
    (
      await bench.sql<{ state: string; n: string }>(
        "SELECT state, count(*) AS n FROM dead_letter GROUP BY 1 ORDER BY 1",
      )
    ).map(({ state, n }) => [state, Number(n)]),
  );

test(
  "a large job is running before it has claimed anything, and its worker claims all by pages",
  async () => {
    const job = await started(false);
    expect(await bench.db.jobRuns.load(job.number)).toMatchObject({ state: "running", claimedTo: 0n });
    expect(await states()).toEqual({ open: ROWS });
    const seen: (string | null)[] = [];
    const run = await running(job);
    const look: JobRun = {
      ...run,
      async guarded(work) {
        const answer = await run.guarded(work);
        seen.push((await bench.db.jobRuns.load(job.number))?.waitsFor ?? null);
        return answer;
      },
    };
    await claimRecords(look);
    expect(seen[0]).toBe("It claims its records: 500 of 5,001.");
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBeNull();
    expect(await bench.db.jobRuns.load(job.number)).toMatchObject({
      ...{ claimedTo: null, counts: { pending: ROWS, refused: 0 } },
    });
    expect(await states()).toEqual({ "in-redrive": ROWS });
    expect(
      await bench.sql(
        "SELECT sum(upper(offsets) - lower(offsets))::int AS n FROM job_claim WHERE closed_at IS NULL",
      ),
    ).toEqual([{ n: ROWS }]);
  },
  LIMIT_MS,
);

test(
  "what another job holds and what is not open any more is refused one by one, whatever page it is in",
  async () => {
    const other = await started(false);
    await bench.sql(
      `INSERT INTO job_claim (job_number, cluster, topic_id, partition, offsets)
       VALUES ($1, $2, $3, 0, '[4,5)'), ($1, $2, $3, 1, '[3001,3004)')`,
      [other.number, CLUSTER, TOPIC_ID],
    );
    await bench.sql("UPDATE dead_letter SET state = 'discarded' WHERE record_offset = 4500");
    await bench.sql("DELETE FROM dead_letter WHERE record_offset = 4600");
    const job = await started(false);
    await claimRecords(await running(job));
    const refused = await bench.sql(
      "SELECT seq::int, reason_code, reason FROM job_record WHERE job_number = $1 AND outcome = 'refused' ORDER BY seq",
      [job.number],
    );
    const claimed = { reason_code: "claimed_elsewhere", reason: `It is claimed by job ${other.number}.` };
    expect(refused).toEqual([
      ...[4, 3001, 3003].map((seq) => ({ seq, ...claimed })),
      { seq: 4500, reason_code: "state_changed", reason: "Its dead letter is discarded now." },
      { seq: 4600, reason_code: "state_changed", reason: "Its dead letter is forgotten." },
    ]);
    expect(await bench.db.jobRuns.load(job.number)).toMatchObject({
      counts: { pending: ROWS - 5, refused: 5 },
    });
  },
  LIMIT_MS,
);

test(
  "claiming goes on where a worker left it that lost its lease, and sends what was held by choice",
  async () => {
    const job = await started(true, 700);
    const run = await running(job);
    const pages = { left: 2 };
    const losing: JobRun = {
      ...run,
      guarded(work) {
        if ((pages.left -= 1) < 0) return Promise.reject(new LeaseLostError(run.lease.name));
        return run.guarded(work);
      },
    };
    await expect(claimRecords(losing)).rejects.toThrow(LeaseLostError);
    const left = (await bench.db.jobRuns.load(job.number))?.claimedTo ?? 0n;
    expect(left).toBeGreaterThan(0n);
    expect(await states()).toEqual({ "in-redrive": Number(left), open: ROWS - Number(left) });
    await claimRecords(run);
    expect(await bench.db.jobRuns.load(job.number)).toMatchObject({
      ...{ claimedTo: null, counts: { pending: ROWS, held: 0 } },
    });
    expect(await states()).toEqual({ "in-redrive": ROWS });
  },
  LIMIT_MS,
);

test(
  "a cancel while claiming lets go of what was claimed and leaves another job's dead letters alone",
  async () => {
    const job = await started(false);
    const run = await running(job);
    let pages = 0;
    const cancelled: JobRun = {
      ...run,
      async guarded(work) {
        const answer = await run.guarded(work);
        if ((pages += 1) === 1)
          await bench.db.jobs.wish(job.number, { wish: "cancel", reason: null }, ["running"]);
        return answer;
      },
    };
    await claimRecords(cancelled);
    expect(pages).toBe(1);
    // The first of those that were not reached is in another job's redrive.
    await bench.sql("UPDATE dead_letter SET state = 'in-redrive' WHERE record_offset = 5000");
    await cancelJob(run);
    expect(await states()).toEqual({ "in-redrive": 1, open: ROWS - 1 });
    expect(await bench.sql("SELECT 1 FROM job_claim WHERE closed_at IS NULL")).toEqual([]);
    expect(await bench.db.jobRuns.load(job.number)).toMatchObject({
      ...{ state: "cancelled", counts: { pending: 0, cancelled: ROWS } },
    });
  },
  LIMIT_MS,
);

test(
  "a plan that is cancelled before it is started counts and shows all of its records as cancelled",
  async () => {
    const { number } = await planned(3);
    const params = { cluster: CLUSTER, number };
    const answer = await cancelPlan(bench.ctx, { params, query: {}, body: { reason: "not now" } });
    expect(answer).toMatchObject({ state: "cancelled", progress: { counts: { cancelled: ROWS, held: 0 } } });
    const page = { after: BigInt(ROWS) - 5n, limit: 9 };
    expect((await bench.db.jobs.records(number, page)).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => "cancelled"),
    );
    expect(await bench.db.jobs.records(number, { ...page, outcome: "held" })).toEqual([]);
    expect(await bench.db.jobs.records(number, { ...page, outcome: "cancelled" })).toHaveLength(4);
  },
  LIMIT_MS,
);
