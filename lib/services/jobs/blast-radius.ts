import type { AffectedGroup } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { TopicPatterns } from "#lib/services/jobs/topic-pattern.ts";

/** Readers of a group's own topics carry its id with this behind it (protocol, "Topics"). */
const REDRIVE_READER = "-redrive";

type RadiusCtx = Pick<PlanCtx, "db" | "cluster" | "jobs" | "signal">;

/** A group on a target, and how it is known to read there. */
type Reader = Pick<AffectedGroup, "group" | "topic" | "by" | "lag" | "doubt">;

/**
 * blastRadius tells which groups will see copies in the targets, as the last sweep saw them: by their commits, their
 * members or what these subscribe to. `failing` are the groups whose dead letters these are. Consumers without commits
 * cannot be seen.
 */
export async function blastRadius(
  ctx: RadiusCtx,
  spec: Pick<JobSpec, "target">,
  { targets, failing }: { targets: readonly string[]; failing: ReadonlySet<string> },
): Promise<AffectedGroup[]> {
  const meant = meantReaders(spec, failing);
  const groups: AffectedGroup[] = [];
  for (const reader of await readersOf(ctx, targets)) {
    const { group } = reader;
    const parent = group.endsWith(REDRIVE_READER) ? group.slice(0, -REDRIVE_READER.length) : group;
    const [own, ofParent] = [ctx.jobs.settings.group(group), ctx.jobs.settings.group(parent)];
    groups.push({
      ...reader,
      role: meant.has(group) ? "reader" : "other",
      isolation: own.isolation === "unknown" ? ofParent.isolation : own.isolation,
      effects: own.effects === "unknown" ? ofParent.effects : own.effects,
      dedups: await ctx.jobs.processed.dedups({ cluster: ctx.cluster, group: parent }, ctx.signal),
    });
  }
  return groups;
}

/** Readers of each target: those with commits or members there, then those that only subscribe to it. */
async function readersOf({ db, cluster }: RadiusCtx, targets: readonly string[]): Promise<Reader[]> {
  const subscribed = targets.length === 0 ? [] : await db.groupSubscriptions.of(cluster, targets);
  const patterns = new TopicPatterns();
  const readers: Reader[] = [];
  for (const topic of targets) {
    const seen = await db.jobs.readers(cluster, topic);
    readers.push(...seen.map((reader) => ({ ...reader, topic })));
    const known = new Set(seen.map(({ group }) => group));
    for (const subscription of subscribed) {
      if (known.has(subscription.group)) continue;
      const doubt = doubtOf(subscription, topic, patterns);
      if (doubt === null) continue;
      const reader = { group: subscription.group, topic, by: "subscription" as const, lag: null };
      readers.push(doubt === "" ? reader : { ...reader, doubt });
    }
  }
  return readers;
}

/** Why nobody can tell that a subscription reads a topic; empty where it does, null where it does not. */
function doubtOf(
  { topics, patterns }: { topics: readonly string[]; patterns: readonly string[] },
  topic: string,
  known: TopicPatterns,
): string | null {
  if (topics.includes(topic)) return "";
  const told = patterns.map((pattern) => ({ pattern, match: known.match(pattern, topic) }));
  if (told.some(({ match }) => match === "yes")) return "";
  const unread = told.find(({ match }) => match === "unknown");
  return unread === undefined
    ? null
    : `It may read here: it subscribes by ${unread.pattern}, which cannot be read here.`;
}

function meantReaders({ target }: Pick<JobSpec, "target">, failing: ReadonlySet<string>): Set<string> {
  if (target.kind === "way-in") return new Set([target.group, `${target.group}${REDRIVE_READER}`]);
  return target.kind === "source" ? new Set(failing) : new Set();
}
