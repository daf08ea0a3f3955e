import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { TargetStanding } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { AffectedGroup, JobPlan } from "#lib/domain/jobs/job-plan.ts";
import { LEDGER_TOPIC } from "#lib/domain/jobs/ledger-entry.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";

/**
 * checkAgain tells what is not as the plan found it: topics that are gone, made anew or have other partitions, rights
 * that are missing, groups on the targets that were not there. A sentence a difference; none where the plan still is
 * true. What became of each record is looked at where it is claimed. Throws `cluster_unreachable`.
 */
export async function checkAgain(ctx: Ctx, cluster: string, job: StoredJob): Promise<string[]> {
  const { plan, spec } = job;
  if (plan === null) return ["The job has no plan."];
  const names = [...plan.sources, ...plan.targets].map(({ topic }) => topic);
  const asked = [...new Set([...names, LEDGER_TOPIC])];
  const standings = await askRecords(ctx, { cluster, otherwise: "read_refused" }, (kafka, signal) =>
    kafka.copy.standing(asked, signal),
  );
  const byName = new Map(standings.map((each) => [each.topic, each]));
  const targets = plan.targets.map(({ topic }) => topic);
  const failing = new Set(plan.groups.flatMap(({ group, role }) => (role === "reader" ? [group] : [])));
  const groups = await blastRadius({ ...ctx, cluster }, spec, { targets, failing });
  return [
    ...plan.sources.flatMap((topic) => idDifference(topic, byName.get(topic.topic))),
    ...plan.targets.flatMap((topic) => targetDifferences(topic, byName.get(topic.topic))),
    ...ledgerDifference(byName.get(LEDGER_TOPIC)),
    ...groupDifferences(plan.groups, groups),
  ];
}

type Planned = JobPlan["sources"][number];

function idDifference({ topic, topicId }: Planned, found: TargetStanding | undefined): string[] {
  if (found === undefined || found.topicId === null) return [`The topic ${topic} is gone.`];
  return found.topicId === topicId ? [] : [`The topic ${topic} was deleted and made anew.`];
}

function targetDifferences(planned: Planned, found: TargetStanding | undefined): string[] {
  const { topic, partitionCount } = planned;
  const gone = idDifference(planned, found);
  if (gone.length > 0 || found === undefined) return gone;
  const differences: string[] = [];
  if (found.partitionCount !== partitionCount)
    differences.push(`The topic ${topic} has ${found.partitionCount} partitions and had ${partitionCount}.`);
  if (found.mayWrite === false)
    differences.push(`Sluice may not write to ${topic}: it needs the right WRITE on it.`);
  return differences;
}

const ledgerDifference = (found: TargetStanding | undefined): string[] =>
  found?.topicId !== null && found?.mayWrite === false
    ? [`Sluice may not write to ${LEDGER_TOPIC}: it needs the right WRITE on it.`]
    : [];

/** A group that came to a target since would see what nobody was told of; one that went away sees nothing. */
function groupDifferences(planned: readonly AffectedGroup[], found: readonly AffectedGroup[]): string[] {
  const known = new Set(planned.map(({ group, topic }) => `${topic}\n${group}`));
  return found
    .filter(({ group, topic }) => !known.has(`${topic}\n${group}`))
    .filter(({ role }) => role === "other")
    .map(({ group, topic }) => `The group ${group} reads ${topic} now and would see the copies.`);
}
