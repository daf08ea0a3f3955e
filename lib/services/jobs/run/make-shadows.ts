import type { TargetStanding } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import { shadowMisfit, shadowsOf, type ShadowTopic } from "#lib/domain/jobs/shadow-topics.ts";
import { JobStopError, loadJob, tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";

/**
 * makeShadows makes the shadow topics that a plan lists and that are not among its targets yet, and takes them in with
 * the ids that they got: copies are checked against those. A worker that ends in between leaves topics that the next
 * one finds. Throws {@link JobStopError} where one of the name is there and does not fit, KafkaError, LeaseLostError.
 */
export async function makeShadows(run: JobRun): Promise<void> {
  const { plan, spec } = await loadJob(run);
  if (spec.target.kind !== "shadow") return;
  const targets = new Set(plan.targets.map(({ topic }) => topic));
  const planned = new Set(plan.shadows.flatMap(({ topic }) => (targets.has(topic) ? [] : [topic])));
  if (planned.size === 0) return;
  const { copy } = run.ctx.kafka;
  const sources = await copy.standing(
    plan.sources.map(({ topic }) => topic),
    run.signal,
  );
  const wanted = shadowsOf(
    sources.flatMap(({ topicId, ...source }) => (topicId === null ? [] : [{ ...source, topicId }])),
    spec.target.name,
  ).filter(({ topic }) => planned.has(topic));
  for (const shadow of wanted) await copy.makeTopic(shadow, run.signal);
  const names = wanted.map(({ topic }) => topic);
  const made = madeOf(wanted, await copy.standing(names, run.signal));
  const at = run.ctx.now();
  await run.guarded(async (tx) => {
    await tx.jobRuns.setTargets(run.number, { ...plan, targets: [...plan.targets, ...made] });
    await tx.jobRuns.addJobEvent(run.number, { at, what: `Made ${names.join(", ")}.` });
    await tellJob(run, tx);
  });
  run.ctx.log.info({ job: run.number, topics: names.length }, "shadow topics are made");
}

function madeOf(wanted: readonly ShadowTopic[], found: readonly TargetStanding[]): JobPlan["targets"] {
  return wanted.map((shadow) => {
    const standing = found.find(({ topic }) => topic === shadow.topic);
    if (standing === undefined || standing.topicId === null)
      throw new JobStopError("paused", `The shadow topic ${shadow.topic} is gone again.`);
    const misfit = shadowMisfit(shadow, standing);
    if (misfit !== null) throw new JobStopError("paused", misfit);
    const { topic, topicId, partitionCount, maxMessageBytes } = standing;
    return { topic, topicId, partitionCount, maxMessageBytes, records: null };
  });
}
