import type { Job } from "#lib/domain/jobs/job.ts";
import { auditTopics } from "#test/support/java-audit/java-audit.ts";
import { until } from "#test/support/until.ts";
import { addAudits, auditJob, type JobAudit } from "./audit-job.ts";
import { GROUP, PARTITIONS, topicsOf, type RoundTopics } from "./dead-letters.ts";
import { JobWorkers } from "./job-workers.ts";
import type { ReaderSettings } from "./reader-part.ts";
import type { JobServers } from "./servers.ts";
import { onStage, type RoundResult, type Stage, type StageOptions } from "./stage.ts";

/** A round in which marked records come back, on topics side by side. */
export interface ReturnOptions extends StageOptions {
  /** How many topics, each with a marked record. */
  topics: number;
  retryTopics: boolean;
}

/** A record may be copied so often (job-tools.ts). */
const HOP_CAP = 3;
/** Events of a topic: the first one in the plan's order is marked. */
const EVENTS = 7;
const READY_LIMIT_MS = 60_000;
const BACK_LIMIT_MS = 120_000;

/**
 * returnRound has a real reader fail on marked records, again and again, after its retries: each copy comes back as
 * `returned` on a higher hop, and the canary stops before it sends more; at the cap the plan refuses the record, and the
 * others are sent and pass.
 */
export async function returnRound(servers: JobServers, options: ReturnOptions): Promise<RoundResult> {
  const staged = { ...options, letters: 0, hostile: false };
  return onStage(servers, staged, async (stage, faults) => {
    const [prefix = "f"] = stage.topics.base.split(".");
    const all = Array.from({ length: options.topics }, (_, n) => topicsOf(`${prefix}r${n}`));
    const readers = new JobWorkers("reader-part.ts", {
      ...{ brokers: servers.kafka.brokers, group: GROUP, retryTopics: options.retryTopics },
      ...{ topics: all.map(({ base }) => base), failing: "marked" },
    } satisfies ReaderSettings);
    try {
      await failOnce(stage, readers, all);
      const reader = readers.start();
      await until(() => reader.ready, { limitMs: READY_LIMIT_MS, what: "the reader" });
      stage.workers.start();
      const played = await Promise.all(all.map((topics) => comeBack(stage, topics)));
      await stage.workers.stopAll();
      faults.push(...played.flatMap((each) => each.faults));
      return addAudits(played.flatMap((each) => each.audits));
    } finally {
      await readers.stopAll();
      faults.push(...readers.crashes);
    }
  });
}

/** The events are read by a service that fails on all of them: they become dead letters by its own doing. */
async function failOnce(stage: Stage, readers: JobWorkers, all: readonly RoundTopics[]): Promise<void> {
  const reader = readers.start(null, { failing: "all" });
  await until(() => reader.ready, { limitMs: READY_LIMIT_MS, what: "the reader that fails on all" });
  const producer = stage.servers.client.producer();
  await producer.connect();
  for (const { base: topic } of all) {
    const messages = Array.from({ length: EVENTS }, (_, n) => ({
      ...{ key: `order-${n}`, partition: n % PARTITIONS },
      value: JSON.stringify({ n, marked: n === 0 }),
      headers: { "event-id": `${topic}-${n}`, "event-type": topic, "x-tenant": ["a", "b"] },
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  stage.letters = all.length * EVENTS;
  const indexer = stage.workers.start();
  await stage.untilIndexed(stage.letters);
  await stage.workers.stop(indexer);
  await readers.stop(reader);
}

/** Redrives a topic's dead letters until its marked record may not be copied again. */
async function comeBack(
  stage: Stage,
  topics: RoundTopics,
): Promise<{ audits: JobAudit[]; faults: string[] }> {
  const faults: string[] = [];
  const audits: JobAudit[] = [];
  const audit = async (job: Job, hop: number): Promise<void> => {
    const { servers, databaseUrl } = stage;
    const [source] = await auditTopics(servers.java, [{ topic: topics.dlt, isolation: "read_committed" }]);
    const found = await auditJob(servers, {
      ...{ databaseUrl, number: job.number, id: job.id, source: source?.records ?? [], hop },
      target: { topic: topics.wayIn, partitions: PARTITIONS },
    });
    audits.push(found.audit);
    faults.push(...found.faults.map((words) => `hop ${hop}: ${words}`));
  };
  for (let hop = 1; hop <= HOP_CAP; hop += 1) {
    const job = await stage.driver.plan({ topic: topics.dlt, canary: true });
    await stage.driver.start(job);
    faults.push(...(await stopped(stage, job, hop)));
    await stage.driver.cancel(job.number);
    await stage.driver.untilState(job.number, ["cancelled"], BACK_LIMIT_MS);
    await audit(job, hop);
  }
  const last = await stage.driver.tryPlan({ topic: topics.dlt, canary: true });
  const refused = last.plan?.refused ?? [];
  if (
    last.state !== "planned" ||
    refused.length !== 1 ||
    refused[0]?.code !== "hop_cap" ||
    refused[0].count !== 1
  )
    faults.push(`at the cap the job is ${last.state}, and refuses ${JSON.stringify(refused)}`);
  await stage.driver.start(last);
  const done = await stage.driver.untilState(last.number, ["done", "paused", "failed"], BACK_LIMIT_MS);
  const { passed, returned } = done.counts;
  if (done.state !== "done" || passed !== EVENTS - 1 || returned !== 0)
    faults.push(`the others: ${done.state}, ${passed} passed, ${returned} came back`);
  await audit(last, 1);
  return { audits, faults };
}

/** The job must stop on its first rung, with the marked record back on a higher hop and nothing else sent. */
async function stopped(stage: Stage, { number }: Job, hop: number): Promise<string[]> {
  const states = ["paused", "settling", "done", "failed"] as const;
  const job = await stage.driver.untilState(number, states, BACK_LIMIT_MS);
  const faults: string[] = [];
  if (job.state !== "paused" || !/came back on the rung of 1/.test(job.stateReason ?? ""))
    faults.push(`hop ${hop}: the job is ${job.state}: ${job.stateReason ?? "no reason"}`);
  const { returned, sent, passed, unknown, pending } = job.counts;
  if (returned !== 1 || sent + passed + unknown !== 0 || pending !== EVENTS - 1)
    faults.push(`hop ${hop}: of the canary ${returned} came back, ${sent + passed + unknown} more were sent`);
  const back = await stage.sql<{ hop: number; state: string }>(
    `SELECT d.hops - 1 AS hop, d.state FROM job_record r JOIN dead_letter d ON d.topic_ref = r.returned_topic_ref
       AND d.partition = r.returned_partition AND d.record_offset = r.returned_offset
     WHERE r.job_number = $1 AND r.outcome = 'returned'`,
    [number],
  );
  if (back.length !== 1 || Number(back[0]?.hop) !== hop)
    faults.push(`hop ${hop}: it came back as ${JSON.stringify(back)}`);
  return faults;
}
