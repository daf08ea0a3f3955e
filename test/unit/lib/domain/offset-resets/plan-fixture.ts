import type { PlanRow, ResetPlan, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { planRows, type GivenCommits } from "#lib/domain/offset-resets/plan-rows.ts";
import { planTotals } from "#lib/domain/offset-resets/plan-totals.ts";
import type { Commit, CommitsByTopic, GroupStanding, TopicLog } from "#lib/domain/offset-resets/standing.ts";

export const TOPIC = "orders";
export const TOPIC_ID = "00000000-0000-4000-8000-000000000001";

/** A commit as most are. */
export const commit = (offset: bigint): Commit => ({ offset, leaderEpoch: null, metadata: "" });

/** Commits of partitions 0, 1, ...; null is none. */
export const commits = (...offsets: (bigint | null)[]): CommitsByTopic =>
  new Map([
    [
      TOPIC,
      new Map(offsets.flatMap((offset, at) => (offset === null ? [] : [[at, commit(offset)] as const]))),
    ],
  ]);

/** Logs of partitions 0, 1, ... as `[start, end]`. */
export const logs = (...ranges: [bigint | null, bigint | null][]): Map<string, TopicLog> =>
  new Map([
    [TOPIC, { topic: TOPIC, topicId: TOPIC_ID, partitions: ranges.map(([start, end]) => ({ start, end })) }],
  ]);

/** The one row of a plan for partition 0, or why it is left. */
export function rowFor(
  target: ResetTarget,
  {
    from,
    log,
    timed = new Map(),
    given = new Map(),
  }: {
    from: bigint | null;
    log: [bigint | null, bigint | null];
    timed?: ReadonlyMap<string, bigint | null>;
    given?: GivenCommits;
  },
): PlanRow | string {
  const { rows, left } = planRows({
    ...{ target, timed, given, commits: commits(from), logs: logs(log), compacted: new Set<string>() },
    partitions: [{ topic: TOPIC, partition: 0 }],
  });
  return rows[0] ?? left[0]?.reason ?? "neither";
}

/** A group without members. */
export const empty = (now: CommitsByTopic): GroupStanding => ({
  ...{ readAt: 1_000, kind: "classic", state: "empty", protocolType: "consumer", memberCount: 0 },
  commits: now,
});

/** A plan of these rows. */
export const planOf = (rows: PlanRow[], partitionCount = rows.length): ResetPlan => ({
  ...{ readAt: 0, groupKind: "classic", groupState: "empty", protocolType: "consumer", memberCount: 0 },
  ...{ rows, left: [], totals: planTotals(rows), consumeRate: null, drainsInMs: null },
  topics: [{ topic: TOPIC, topicId: TOPIC_ID, partitionCount }],
  warnings: [],
  refusals: [],
});

/** A row of a move on `[0, 100]`. */
export function move(partition: number, from: bigint | null, to: bigint | null): PlanRow {
  const { rows } = planRows({
    target: { kind: "undo", id: "x" },
    partitions: [{ topic: TOPIC, partition }],
    logs: logs(...Array.from({ length: partition + 1 }, (): [bigint, bigint] => [0n, 100n])),
    commits: commits(...Array.from({ length: partition + 1 }, (_, at) => (at === partition ? from : null))),
    timed: new Map(),
    given: new Map([
      [`${partition} ${TOPIC}`, { commit: to === null ? null : commit(to), topicId: TOPIC_ID }],
    ]),
    compacted: new Set(),
  });
  return rows[0]!;
}
