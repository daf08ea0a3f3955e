import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { countSelection } from "#lib/services/dead-letters/count-selection.ts";
import { planJobNow } from "#lib/services/jobs/compute-plan.ts";
import { getJob } from "#lib/services/jobs/get-job.ts";
import { listJobRecords } from "#lib/services/jobs/list-job-records.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import {
  CLUSTER,
  openDeadLetterBench,
  type DeadLetterBench,
  type KitFailure,
} from "../dead-letters/dead-letter-bench.ts";

/** The bench of a test file; there once {@link openPlanBench} has opened it. */
export let bench: DeadLetterBench;
let rows = 0;
export const LIMIT_MS = 60_000;

/** Opens the bench. */
export async function openPlanBench(): Promise<void> {
  bench = await openDeadLetterBench();
}

/** Waits until so many more dead letters are indexed. */
export async function indexedMore(count: number): Promise<void> {
  rows += count;
  await bench.indexed(rows);
}

/** A source with its dead letters and the way in of `billing`. */
export async function chain(name: string, failures: (source: string) => KitFailure[]) {
  const names = [`shop.${name}.made`, `shop.${name}.made.dlt`, `shop.${name}.made.redrive.billing`];
  const [source = "", dlt = "", wayIn = ""] = await bench.topics(...names);
  const made = failures(source);
  await bench.fail(dlt, made);
  await indexedMore(made.length);
  return { source, dlt, wayIn };
}

/** All dead letters of a topic, frozen now. */
export const selectionOf = async (topic: string): Promise<JobSpec["source"]> => {
  const query = { topic };
  const asked = { params: { cluster: CLUSTER }, query, body: undefined };
  const { upTo, count } = await countSelection(bench.ctx, asked);
  return { kind: "dead-letters", selection: { kind: "filter", filter: query, frozen: { upTo, count } } };
};

/** Asks for a job and has it planned, as a worker would. */
export async function plan(source: JobSpec["source"], change: Partial<JobSpec> = {}, ctx: Ctx = bench.ctx) {
  const body: JobSpec = {
    ...{ kind: "redrive", name: "test", description: "", source, transform: NO_TRANSFORM },
    target: { kind: "way-in", group: "billing" },
    pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
    ...{ stale: "send", times: "new", processed: "send" },
    ...change,
  };
  const { number } = await planJob(ctx, { params: { cluster: CLUSTER }, query: {}, body });
  const { db, now, newId, log, signal, jobs } = ctx;
  const guarded = <T>(work: Parameters<typeof db.transaction<T>>[0]) => db.transaction(work);
  await planJobNow(
    { db, now, newId, log, signal, jobs, cluster: CLUSTER, kafka: bench.kafka, guarded },
    number,
  );
  return getJob(ctx, { params: { cluster: CLUSTER, number }, query: {}, body: undefined });
}

/** Starts a planned job. */
export const start = (number: number, hash: string | null, sendHeld = false) =>
  startJob(bench.ctx, {
    params: { cluster: CLUSTER, number },
    query: {},
    body: { hash: hash ?? "", reason: "test", sendHeld },
  });

/** The planned records of a job. */
export const recordsOf = async (number: number) => {
  const query = { limit: 100 };
  return (await listJobRecords(bench.ctx, { params: { cluster: CLUSTER, number }, query, body: undefined }))
    .items;
};
