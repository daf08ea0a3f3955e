import type { Tx } from "#lib/adapters/db/db.ts";
import type { StoredCause } from "#lib/adapters/db/dead-letter-causes.ts";
import { assessCause } from "#lib/domain/dead-letters/assess-cause.ts";
import type { GroupFlow } from "#lib/domain/dead-letters/cause-evidence.ts";
import type { GroupSample } from "#lib/domain/groups/group-history.ts";
import type { Ctx } from "#lib/services/ctx.ts";

const STEP_S = 5;
/** What a verdict looks at. */
const WINDOW_MS = 10 * 60_000;
/** More causes than these at once are no longer told apart by anybody. */
const CAUSES_AT_ONCE = 500;
const GROUPS_AT_ONCE = 20;

/**
 * judgeCauses passes the verdict on causes that were seen in the last ten minutes: outage, poison pill, or not clear
 * yet. Answers how many verdicts changed.
 */
export async function judgeCauses(
  ctx: Pick<Ctx, "db" | "now">,
  { cluster, guarded }: { cluster: string; guarded: (work: (tx: Tx) => Promise<void>) => Promise<void> },
): Promise<number> {
  const now = ctx.now();
  // A little longer than the window: the last verdict says that nothing comes any more.
  const sinceAt = now - WINDOW_MS - 30_000;
  const recent = await ctx.db.deadLetterCauses.seenSince(cluster, sinceAt, CAUSES_AT_ONCE);
  if (recent.length === 0) return 0;
  const refs = recent.map(({ ref }) => ref);
  const arrivals = await ctx.db.deadLetterCauses.arrivals(refs, { stepS: STEP_S, fromAt: now - WINDOW_MS });
  const spreads = await ctx.db.deadLetterCauses.keySpread(refs);
  const flows = await flowsOf(ctx, cluster, recent);
  const neighbourOf = ({ ref, cause }: StoredCause) => ({ ...cause, arrivals: arrivals.get(ref) ?? [] });
  const neighbours = recent.map(neighbourOf);
  const verdicts = recent.map(({ ref, cause }, index) => ({
    ref,
    verdict: assessCause({
      ...cause,
      arrivals: arrivals.get(ref) ?? [],
      stepMs: STEP_S * 1_000,
      keySpread: spreads.get(ref) ?? null,
      flows: flows.get(flowName(cause)) ?? [],
      neighbours: neighbours.filter((_, other) => other !== index),
    }),
  }));
  const changed = verdicts.filter(({ verdict }, index) => {
    const held = recent[index]?.cause.verdict;
    return held?.kind !== verdict.kind || held.sentence !== verdict.sentence;
  });
  if (changed.length > 0)
    await guarded(async (tx) => {
      await tx.deadLetterCauses.judge(changed);
      await tx.hints.notify([{ feature: "dead-letters", cluster, id: null }]);
    });
  return changed.length;
}

const flowName = ({ group, sourceTopic }: StoredCause["cause"]): string =>
  `${group ?? ""}\n${sourceTopic ?? ""}`;

/** What each group committed of each source topic between two sweeps, by group and topic. */
async function flowsOf(
  { db, now }: Pick<Ctx, "db" | "now">,
  cluster: string,
  causes: readonly StoredCause[],
): Promise<Map<string, GroupFlow[]>> {
  const flows = new Map<string, GroupFlow[]>();
  const groups = new Set(causes.flatMap(({ cause: { group } }) => group ?? []));
  const range = { fromAt: now() - WINDOW_MS, toAt: now(), points: WINDOW_MS / 10_000 };
  for (const group of [...groups].slice(0, GROUPS_AT_ONCE)) {
    const samples = await db.history.ofGroup(cluster, group, range);
    const topics = new Set(
      causes.flatMap(({ cause }) => (cause.group === group ? (cause.sourceTopic ?? []) : [])),
    );
    for (const topic of topics) flows.set(`${group}\n${topic}`, flowOf(samples, topic));
  }
  return flows;
}

/** Steps between samples; one across which partitions came, went or were rewound tells nothing. */
function flowOf(samples: readonly GroupSample[], topic: string): GroupFlow[] {
  const ofTopic = samples.filter((sample) => sample.topic === topic);
  return ofTopic.slice(1).flatMap((sample, index) => {
    const before = ofTopic[index];
    if (before === undefined || before.topicId !== sample.topicId || before.known !== sample.known) return [];
    if (before.committed === null || sample.committed === null) return [];
    const records = sample.committed - before.committed;
    return records < 0 ? [] : [{ fromAt: before.at, toAt: sample.at, records }];
  });
}
