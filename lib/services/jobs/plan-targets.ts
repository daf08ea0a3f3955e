import type { TargetStanding } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { JobPlan, PlanNote, PlannedTopic } from "#lib/domain/jobs/job-plan.ts";
import { LEDGER_TOPIC } from "#lib/domain/jobs/ledger-entry.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { targetTopicOf } from "#lib/services/jobs/make-copy.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** The topics that a plan reads and writes, as the brokers tell them now. */
export interface PlanTopics {
  sources: PlannedTopic[];
  /** Those that are read from, as the brokers tell them. */
  read: TargetStanding[];
  /** Those that are there. */
  targets: TargetStanding[];
  /** Names of targets that are not. */
  missing: string[];
  refusals: PlanNote[];
}

/**
 * readPlanTopics asks the brokers for the topics of a plan: `sources` are read from, `origins` are where their records
 * were first written. Throws KafkaError.
 */
export async function readPlanTopics(
  ctx: PlanCtx,
  job: { id: string; spec: JobSpec },
  { sources, origins }: { sources: readonly string[]; origins: readonly string[] },
): Promise<PlanTopics> {
  const making = { job: { ...job, plan: { sources: [], targets: [] } }, tools: toolsOf(ctx) };
  const targets = new Set(
    [...origins, ...(job.spec.target.kind === "topic" ? [null] : [])].flatMap((topic) => {
      const target = targetTopicOf(making, topic);
      return target === null ? [] : [target];
    }),
  );
  const named = [...new Set([...sources, ...origins])];
  const found = await ctx.kafka.copy.standing([...named, ...targets, LEDGER_TOPIC], ctx.signal);
  const byName = new Map(found.map((each) => [each.topic, each]));
  const standings = [...targets].flatMap((topic) => byName.get(topic) ?? []);
  return {
    sources: named.flatMap((topic) => plannedOf(byName.get(topic))),
    read: sources.flatMap((topic) => byName.get(topic) ?? []),
    targets: standings.filter(({ topicId }) => topicId !== null),
    missing: standings.flatMap(({ topic, topicId }) => (topicId === null ? [topic] : [])),
    refusals: [
      ...sources.flatMap((topic) => sourceRefusals(byName.get(topic))),
      ...[...standings, ...[byName.get(LEDGER_TOPIC)].flatMap((each) => each ?? [])].flatMap((standing) =>
        refusalsOf(standing, job.spec),
      ),
    ],
  };
}

/** toolsOf are the tools of copies that a plan and a run share. */
export const toolsOf = ({
  kafka,
  now,
  jobs,
  cluster,
}: Pick<PlanCtx, "kafka" | "now" | "jobs" | "cluster">) => ({
  ...{ kafka, now, openScript: jobs.openScript, settings: jobs.settings },
  ...{ generic: jobs.generic(cluster), schemas: jobs.schemas(cluster) },
});

function plannedOf(standing: TargetStanding | undefined): PlannedTopic[] {
  if (standing === undefined || standing.topicId === null) return [];
  const { topic, topicId, partitionCount } = standing;
  return [{ topic, topicId, partitionCount }];
}

/** plannedTargets are targets as a plan names them. */
export const plannedTargets = (
  targets: readonly TargetStanding[],
  recordsOf: (topic: string) => number | null,
): JobPlan["targets"] =>
  targets.flatMap((standing) =>
    plannedOf(standing).map((each) => ({
      ...each,
      records: recordsOf(each.topic),
      maxMessageBytes: standing.maxMessageBytes,
    })),
  );

/** What is read must be readable. */
function sourceRefusals(standing: TargetStanding | undefined): PlanNote[] {
  if (standing === undefined || (standing.mayRead !== false && standing.mayDescribe !== false)) return [];
  const right = standing.mayDescribe === false ? "the rights DESCRIBE and READ" : "the right READ";
  const sentence = `Sluice may not read ${standing.topic}: it needs ${right} on it.`;
  return [{ code: "source_denied", sentence }];
}

const INTERNAL = /^(__|_sluice\.)/;

function refusalsOf(standing: TargetStanding, spec: JobSpec): PlanNote[] {
  const { topic, topicId, mayDescribe, mayRead, mayWrite, timestampType } = standing;
  const notes: PlanNote[] = [];
  const add = (code: string, sentence: string): void => {
    notes.push({ code, sentence });
  };
  if (mayDescribe === false)
    add("target_denied", `Sluice may not see ${topic}: it needs the rights DESCRIBE, READ and WRITE on it.`);
  if (topicId === null) return notes;
  if (mayRead === false)
    add(
      "target_denied",
      `Sluice may not read ${topic}: it needs the right READ on it, to count what a crash leaves.`,
    );
  if (mayWrite === false)
    add("target_denied", `Sluice may not write to ${topic}: it needs the right WRITE on it.`);
  if (topic === LEDGER_TOPIC) return notes;
  if (INTERNAL.test(topic)) add("target_internal", `The topic ${topic} is not for copies.`);
  if (spec.times === "kept" && timestampType === "LogAppendTime")
    add("times_stamped", `The brokers stamp the records of ${topic} themselves: times cannot be kept.`);
  return notes;
}
