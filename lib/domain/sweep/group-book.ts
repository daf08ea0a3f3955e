import type { GroupSnapshot, StoredCluster } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { ObservedGroup, ObservedTopic, OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import { assessGroup } from "#lib/domain/sweep/assess-group.ts";
import type { GroupTopicInput } from "#lib/domain/sweep/assess-partition.ts";
import { rebalance, rewind, stateChange, type GroupChange } from "#lib/domain/sweep/group-changes.ts";
import type { GroupMember, GroupState } from "#lib/domain/groups/group.ts";
import { offsetsExpireAt } from "#lib/domain/groups/offsets-expiry.ts";
import type { TopicKeeping } from "#lib/domain/groups/retention.ts";
import { addToSpark, type Spark } from "#lib/domain/groups/spark.ts";
import { WINDOW_LIMIT_MS, WINDOW_LIMIT_SAMPLES } from "#lib/domain/time/sweep-beat.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";
import { medianOf } from "#lib/domain/time/reduce.ts";

/** What a group's record needs to know of the cluster around it. */
export interface GroupSurroundings {
  at: number;
  /** null when members were not asked for, or could not be had: those last seen stand. */
  members: readonly GroupMember[] | null;
  /** The lag in records at or below which a partition of this group counts as level. */
  allowedLag: number;
  offsetsRetentionMs: number | null;
  topic: (name: string) => {
    topic: ObservedTopic | null;
    starts: OffsetsByPartition;
    ends: OffsetWindow | null;
    keeping: TopicKeeping;
    recordsLeft: GroupTopicInput["recordsLeft"];
  };
}

/** A group as it stands for itself: who reads for it is not yet looked at. */
export type OwnSnapshot = Omit<GroupSnapshot, "parentId" | "troubleRank">;

const HOUR_MS = 3_600_000;

/** GroupBook remembers one group between sweeps: samples, members, when its state, members and commits changed. */
export class GroupBook {
  readonly #commits = new Map<string, OffsetWindow>();
  readonly #beyond = new Map<string, Set<number>>();
  /** null before they were first seen. */
  #members: readonly GroupMember[] | null = null;
  #shares: ObservedGroup["shares"] = null;
  readonly #topicIds = new Map<string, string>();
  #rebalancedAt: number[] = [];
  #state: GroupState | null = null;
  #stateSinceAt: number | null = null;
  #spark: Spark | null = null;
  /** Instants at which any commit of the group was seen to have moved, oldest first. */
  #moves: number[] = [];

  /** A book as the database remembers it; its samples follow by {@link recall}. */
  static restored(stored: StoredCluster["groups"][number]): GroupBook {
    const book = new GroupBook();
    book.#members = stored.members;
    book.#state = stored.state;
    book.#stateSinceAt = stored.stateSinceAt;
    book.#spark = stored.spark;
    book.#rebalancedAt = [...stored.rebalancedAt];
    for (const [topicId, movedAt] of stored.movedAt) book.#windowOf(topicId).recallMoves(movedAt);
    return book;
  }

  /** Takes in a stored sample of commits. */
  recall(topicId: string, at: number, offsets: OffsetsByPartition): void {
    if (this.#windowOf(topicId).push(at, offsets)) this.#noteMove(at);
  }

  /** Takes in what one sweep saw; null when its commits could not be had, so that what is stored stands. */
  record(group: ObservedGroup, around: GroupSurroundings): OwnSnapshot | null {
    const changes = this.#noteChanges(group, around);
    this.#shares = group.shares ?? this.#shares;
    if (group.commits === null && group.kind !== "share") return null;
    const members = this.#members ?? [];
    const topics = this.#topicsOf(group, around, changes);
    const assessed = assessGroup({
      at: around.at,
      topics,
      members,
      medianMoveGapMs: this.#medianMoveGapMs(around.at),
      allowedLag: around.allowedLag,
    });
    this.#spark = addToSpark(this.#spark, around.at, assessed.lag);
    const { id, kind, state, protocolType, coordinatorId } = group;
    const movedAt = assessed.topics.flatMap((topic) =>
      topic.partitions.filter((each) => each.committed !== null).map((each) => each.movedAt),
    );
    const { offsetsRetentionMs } = around;
    const stateSinceAt = this.#stateSinceAt;
    return {
      id,
      kind,
      state,
      stateSinceAt,
      protocolType,
      coordinatorId,
      members,
      ...assessed,
      ...(kind === "share" && assessed.topics.length === 0 ? UNTOLD_SHARE : {}),
      offsetsExpireAt: offsetsExpireAt({
        kind,
        state,
        protocolType,
        stateSinceAt,
        movedAt,
        offsetsRetentionMs,
      }),
      rebalances: this.#rebalancedAt.length,
      spark: this.#spark,
      events: changes,
    };
  }

  /** Takes in members and state, and tells what changed. */
  #noteChanges(group: ObservedGroup, around: GroupSurroundings): GroupChange[] {
    const before = { members: this.#members, state: this.#state };
    if (around.members !== null) this.#members = around.members;
    else if (group.state === "empty" || group.state === "dead") this.#members = [];
    if (before.state !== group.state) {
      this.#stateSinceAt = before.state === null ? null : around.at;
      this.#state = group.state;
    }
    const changes = [
      before.state === null ? null : stateChange(before.state, group.state),
      before.members === null || this.#members === null ? null : rebalance(before.members, this.#members),
    ].filter((change) => change !== null);
    if (changes.some(({ kind }) => kind === "rebalance")) this.#rebalancedAt.push(around.at);
    this.#rebalancedAt = this.#rebalancedAt.filter((at) => at > around.at - HOUR_MS);
    return changes;
  }

  #topicsOf(group: ObservedGroup, around: GroupSurroundings, changes: GroupChange[]): GroupTopicInput[] {
    const assigned = (this.#members ?? []).flatMap((member) => member.assignments.map((each) => each.topic));
    const names = new Set([...(group.commits?.keys() ?? []), ...(this.#shares?.keys() ?? []), ...assigned]);
    const live = new Set<string>();
    const topics = [...names].sort().map((name): GroupTopicInput => {
      const found = around.topic(name);
      const shares = this.#shares?.get(name);
      const committed = group.commits?.get(name) ?? shares?.map((each) => each.start) ?? [];
      const topicId = found.topic?.topicId ?? null;
      const commits = topicId === null ? null : this.#windowOf(topicId);
      if (topicId !== null) live.add(topicId);
      changes.push(...this.#topicChanges(name, topicId, committed));
      if (commits?.push(around.at, committed) === true) this.#noteMove(around.at);
      const told = group.kind === "share" ? (shares ?? []).map((each) => each.lag) : null;
      return { name, ...found, committed, told, commits, beyond: this.#beyondOf(topicId ?? name) };
    });
    // Samples of a topic that is gone, or was made anew, tell nothing any more.
    for (const topicId of this.#commits.keys()) if (!live.has(topicId)) this.#commits.delete(topicId);
    return topics;
  }

  /** To be called before the new commits are pushed: they are compared with the last ones. */
  #topicChanges(name: string, topicId: string | null, committed: OffsetsByPartition): GroupChange[] {
    if (topicId === null) return [];
    const knownId = this.#topicIds.get(name);
    this.#topicIds.set(name, topicId);
    if (knownId !== undefined && knownId !== topicId)
      return [{ kind: "topic-recreated", sentence: `${name} was made anew: its samples begin again.` }];
    const window = this.#windowOf(topicId);
    const last = window.length - 1;
    if (last < 0) return [];
    const before = Array.from({ length: window.partitions }, (_, each) => window.valueOf(last, each));
    const change = rewind(name, before, committed);
    return change === null ? [] : [change];
  }

  #windowOf(topicId: string): OffsetWindow {
    const found = this.#commits.get(topicId) ?? new OffsetWindow(WINDOW_LIMIT_SAMPLES);
    this.#commits.set(topicId, found);
    return found;
  }

  #beyondOf(key: string): Set<number> {
    const found = this.#beyond.get(key) ?? new Set<number>();
    this.#beyond.set(key, found);
    return found;
  }

  #noteMove(at: number): void {
    if (this.#moves.at(-1) !== at) this.#moves.push(at);
  }

  #medianMoveGapMs(now: number): number | null {
    this.#moves = this.#moves.filter((at) => at >= now - WINDOW_LIMIT_MS);
    return medianOf(this.#moves.slice(1).map((at, index) => at - (this.#moves[index] ?? at)));
  }
}

const UNTOLD_SHARE = {
  verdict: "unknown",
  reason: "The broker does not tell what this share group reads.",
} as const;
