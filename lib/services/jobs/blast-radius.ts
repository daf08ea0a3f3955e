import type { AffectedGroup } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** Readers of a group's own topics carry its id with this behind it (protocol, "Topics"). */
const REDRIVE_READER = "-redrive";

/**
 * blastRadius tells which groups will see copies in the targets, as the last sweep saw them: by their commits or their
 * members. `failing` are the groups whose dead letters these are. Consumers without commits cannot be seen.
 */
export async function blastRadius(
  ctx: Pick<PlanCtx, "db" | "cluster" | "jobs" | "signal">,
  spec: Pick<JobSpec, "target">,
  { targets, failing }: { targets: readonly string[]; failing: ReadonlySet<string> },
): Promise<AffectedGroup[]> {
  const meant = meantReaders(spec, failing);
  const groups: AffectedGroup[] = [];
  for (const topic of targets) {
    for (const { group, lag, by } of await ctx.db.jobs.readers(ctx.cluster, topic)) {
      const parent = group.endsWith(REDRIVE_READER) ? group.slice(0, -REDRIVE_READER.length) : group;
      const [own, ofParent] = [ctx.jobs.settings.group(group), ctx.jobs.settings.group(parent)];
      groups.push({
        ...{ group, topic, by, lag },
        role: meant.has(group) ? "reader" : "other",
        isolation: own.isolation === "unknown" ? ofParent.isolation : own.isolation,
        effects: own.effects === "unknown" ? ofParent.effects : own.effects,
        dedups: await ctx.jobs.processed.dedups({ cluster: ctx.cluster, group: parent }, ctx.signal),
      });
    }
  }
  return groups;
}

function meantReaders({ target }: Pick<JobSpec, "target">, failing: ReadonlySet<string>): Set<string> {
  if (target.kind === "way-in") return new Set([target.group, `${target.group}${REDRIVE_READER}`]);
  return target.kind === "source" ? new Set(failing) : new Set();
}
