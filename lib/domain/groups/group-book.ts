import type { GroupSnapshot, StoredCluster } from "#lib/domain/clusters/cluster-snapshot.ts";
import type { ObservedGroup, ObservedTopic, OffsetsByPartition } from "#lib/domain/clusters/observation.ts";
import { assessGroup, type GroupTopicInput } from "#lib/domain/groups/assess-group.ts";
import type { GroupMember, GroupState } from "#lib/domain/groups/group.ts";
import { addToSpark, type Spark } from "#lib/domain/groups/spark.ts";
import { WINDOW_LIMIT_MS, WINDOW_LIMIT_SAMPLES } from "#lib/domain/groups/verdict.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";
import { medianOf } from "#lib/domain/time/reduce.ts";

/** What a group's record needs to know of the cluster around it. */
export interface GroupSurroundings {
  at: number;
  /** null when members were not asked for, or could not be had: those last seen stand. */
  members: readonly GroupMember[] | null;
  allowedLag: number;
  topic: (name: string) => {
    topic: ObservedTopic | null;
    starts: OffsetsByPartition;
    ends: OffsetWindow | null;
  };
}

/** GroupBook remembers one group between sweeps: samples, members, when its state and its commits last changed. */
export class GroupBook {
  readonly #commits = new Map<string, OffsetWindow>();
  readonly #beyond = new Map<string, Set<number>>();
  #members: readonly GroupMember[] = [];
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
    for (const [topicId, movedAt] of stored.movedAt) book.#windowOf(topicId).recallMoves(movedAt);
    return book;
  }

  /** Takes in a stored sample of commits. */
  recall(topicId: string, at: number, offsets: OffsetsByPartition): void {
    if (this.#windowOf(topicId).push(at, offsets)) this.#noteMove(at);
  }

  /** Takes in what one sweep saw; null when its commits could not be had, so that what is stored stands. */
  record(group: ObservedGroup, around: GroupSurroundings): GroupSnapshot | null {
    if (around.members !== null) this.#members = around.members;
    else if (group.state === "empty" || group.state === "dead") this.#members = [];
    if (this.#state !== group.state) {
      this.#stateSinceAt = this.#state === null ? null : around.at;
      this.#state = group.state;
    }
    if (group.commits === null && group.kind !== "share") return null;
    const assessed = assessGroup({
      at: around.at,
      topics: this.#topicsOf(group, around),
      members: this.#members,
      medianMoveGapMs: this.#medianMoveGapMs(around.at),
      allowedLag: around.allowedLag,
    });
    this.#spark = addToSpark(this.#spark, around.at, assessed.lag);
    return {
      id: group.id,
      kind: group.kind,
      state: group.state,
      stateSinceAt: this.#stateSinceAt,
      protocolType: group.protocolType,
      coordinatorId: group.coordinatorId,
      members: this.#members,
      ...assessed,
      ...(group.kind === "share" ? UNTOLD_SHARE : {}),
      spark: this.#spark,
    };
  }

  #topicsOf(group: ObservedGroup, around: GroupSurroundings): GroupTopicInput[] {
    const assigned = this.#members.flatMap((member) => member.assignments.map((each) => each.topic));
    const names = new Set([...(group.commits?.keys() ?? []), ...assigned]);
    const live = new Set<string>();
    const topics = [...names].sort().map((name): GroupTopicInput => {
      const found = around.topic(name);
      const committed = group.commits?.get(name) ?? [];
      const topicId = found.topic?.topicId ?? null;
      const commits = topicId === null ? null : this.#windowOf(topicId);
      if (topicId !== null) live.add(topicId);
      if (commits?.push(around.at, committed) === true) this.#noteMove(around.at);
      return { name, ...found, committed, commits, beyond: this.#beyondOf(topicId ?? name) };
    });
    // Samples of a topic that is gone, or was made anew, tell nothing any more.
    for (const topicId of this.#commits.keys()) if (!live.has(topicId)) this.#commits.delete(topicId);
    return topics;
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
  reason: "A share group has no commits: its lag is the broker's to tell.",
} as const;
