import type { BrokerRow } from "#lib/domain/brokers/broker.ts";
import type {
  ClusterSnapshot,
  CommitSample,
  EndSample,
  StoredCluster,
  TopicSnapshot,
} from "#lib/domain/sweep/cluster-snapshot.ts";
import type {
  ClusterObservation,
  ObservedGroup,
  ObservedTopic,
  OffsetsByPartition,
  ReadTail,
  Tail,
} from "#lib/domain/sweep/observation.ts";
import { TailBook } from "#lib/domain/sweep/tail-book.ts";
import { foldReaders } from "#lib/domain/sweep/fold-readers.ts";
import { GroupBook, type GroupSurroundings, type OwnSnapshot } from "#lib/domain/sweep/group-book.ts";
import { advanceRate, sumKnown } from "#lib/domain/groups/rates.ts";
import { WINDOW_LIMIT_SAMPLES } from "#lib/domain/time/sweep-beat.ts";
import { OpenTransactionBook } from "#lib/domain/sweep/open-transaction-book.ts";
import { topicRole } from "#lib/domain/topics/topic-role.ts";
import { OffsetWindow } from "#lib/domain/time/offset-window.ts";

/** What is remembered of a topic between the beats of its slower facts. */
interface TopicMemory {
  topicId: string | null;
  window: OffsetWindow;
  starts: OffsetsByPartition;
  sizeBytes: number | null;
  cleanupPolicy: string | null;
  retentionMs: number | null;
  retentionBytes: number | null;
  /** Start offsets of the last minutes: how fast retention moves. */
  startWindow: OffsetWindow;
}

/** Start offsets come every 30 s: ten minutes. */
const START_SAMPLES = 20;

/**
 * ClusterBook turns the observations of one cluster into what is stored of it. It remembers the samples that verdicts,
 * rates and time lags look back on, and the facts that have slower beats. {@link restore} fills it from the database,
 * so that a worker that takes over goes on where the last one stopped.
 */
export class ClusterBook {
  readonly #topics = new Map<string, TopicMemory>();
  readonly #groups = new Map<string, GroupBook>();
  readonly #brokers = new Map<number, BrokerRow>();
  readonly #tails = new TailBook();
  readonly #transactions = new OpenTransactionBook();
  readonly #allowedLag: (group: string) => number;
  #offsetsRetentionMs: number | null = null;

  /** `allowedLag` is the lag in records at or below which a partition of a group counts as level. */
  constructor({ allowedLag }: { allowedLag: (group: string) => number }) {
    this.#allowedLag = allowedLag;
  }

  /** Takes in what is stored. To be called once, before the first {@link record}. */
  restore(stored: StoredCluster): void {
    for (const broker of stored.brokers) this.#brokers.set(broker.id, broker);
    this.#transactions.restore(stored.transactions);
    const byId = new Map<string, TopicMemory>();
    for (const topic of stored.topics) {
      const memory = {
        ...topic,
        window: new OffsetWindow(WINDOW_LIMIT_SAMPLES),
        startWindow: new OffsetWindow(START_SAMPLES),
      };
      this.#topics.set(topic.name, memory);
      if (topic.topicId !== null) byId.set(topic.topicId, memory);
    }
    for (const { topicId, at, offsets } of stored.ends) byId.get(topicId)?.window.push(at, offsets);
    for (const group of stored.groups) this.#groups.set(group.id, GroupBook.restored(group));
    for (const { group, topicId, at, offsets } of stored.commits)
      this.#groups.get(group)?.recall(topicId, at, offsets);
  }

  /** Takes in one observation and tells what to store. Observations come in the order of their instants. */
  record(seen: ClusterObservation): ClusterSnapshot {
    const topics = [...seen.topics.values()].map((topic) => this.#recordTopic(topic, seen));
    for (const name of this.#topics.keys()) if (!seen.topics.has(name)) this.#topics.delete(name);
    this.#offsetsRetentionMs = seen.offsetsRetentionMs ?? this.#offsetsRetentionMs;
    const own = seen.groups.map((group) => this.#recordGroup(group, seen)).filter((group) => group !== null);
    if (seen.groupsComplete) this.#forgetGroups(new Set(seen.groups.map((group) => group.id)));
    const groups = foldReaders(own, new Set(this.#groups.keys()));
    return {
      at: seen.at,
      kafkaClusterId: seen.kafkaClusterId,
      controllerId: seen.controllerId,
      cost: { durationMs: seen.durationMs, requests: seen.requests },
      failures: seen.failures,
      brokers: this.#recordBrokers(seen),
      topics,
      groups,
      groupsComplete: seen.groupsComplete,
      ends: endSamples(seen),
      commits: commitSamples(seen),
      transactions: this.#transactions.record(seen),
      totals: {
        produceRate: sumKnown(
          topics.filter((each) => each.role !== "internal").map((each) => each.produceRate),
        ),
        consumeRate: sumKnown(groups.map((group) => group.consumeRate)),
        lag: sumKnown(groups.map((group) => group.lag)),
      },
    };
  }

  #recordTopic(topic: ObservedTopic, seen: ClusterObservation): TopicSnapshot {
    let memory = this.#topics.get(topic.name);
    if (memory === undefined || memory.topicId !== topic.topicId) {
      memory = {
        topicId: topic.topicId,
        window: new OffsetWindow(WINDOW_LIMIT_SAMPLES),
        starts: [],
        sizeBytes: null,
        cleanupPolicy: null,
        retentionMs: null,
        retentionBytes: null,
        startWindow: new OffsetWindow(START_SAMPLES),
      };
      this.#topics.set(topic.name, memory);
    }
    memory.window.push(seen.at, topic.ends);
    const starts = seen.starts?.get(topic.name);
    if (starts !== undefined) memory.startWindow.push(seen.at, starts);
    memory.starts = starts ?? memory.starts;
    if (seen.sizes !== null)
      memory.sizeBytes = sumKnown(seen.sizes.topics.get(topic.name) ?? []) ?? memory.sizeBytes;
    const config = seen.configs?.get(topic.name);
    if (config !== undefined) Object.assign(memory, config);
    return {
      name: topic.name,
      topicId: topic.topicId,
      role: topicRole(topic.name, topic.internal),
      partitionCount: topic.partitions.length,
      replicationFactor: Math.max(0, ...topic.partitions.map((each) => each.replicaIds.length)),
      starts: memory.starts,
      ends: topic.ends,
      sizeBytes: memory.sizeBytes,
      produceRate: advanceRate(memory.window, seen.at),
      cleanupPolicy: memory.cleanupPolicy,
      retentionMs: memory.retentionMs,
      retentionBytes: memory.retentionBytes,
      underReplicatedCount: topic.partitions.filter((each) => each.isrIds.length < each.replicaIds.length)
        .length,
      leaderlessCount: topic.partitions.filter((each) => each.leaderId === null).length,
    };
  }

  /** null where nothing new could be had of the group: what is stored of it stands. */
  #recordGroup(group: ObservedGroup, seen: ClusterObservation): OwnSnapshot | null {
    const book = this.#groups.get(group.id) ?? new GroupBook();
    this.#groups.set(group.id, book);
    return book.record(group, {
      at: seen.at,
      members: seen.members?.get(group.id) ?? null,
      allowedLag: this.#allowedLag(group.id),
      offsetsRetentionMs: this.#offsetsRetentionMs,
      topic: (name) => this.#surroundingsOf(name, seen),
    });
  }

  #surroundingsOf(name: string, seen: ClusterObservation): ReturnType<GroupSurroundings["topic"]> {
    const topic = seen.topics.get(name) ?? null;
    const memory = topic === null ? undefined : this.#topics.get(name);
    const topicId = topic?.topicId ?? null;
    return {
      topic,
      starts: memory?.starts ?? [],
      ends: memory?.window ?? null,
      keeping: {
        cleanupPolicy: memory?.cleanupPolicy ?? null,
        retentionMs: memory?.retentionMs ?? null,
        retentionBytes: memory?.retentionBytes ?? null,
        starts: memory?.startWindow ?? null,
      },
      recordsLeft: (partition, from, to) =>
        topicId === null ? null : this.#tails.recordsLeft({ topic: name, topicId, partition, from, to }),
    };
  }

  /** Ends a sweep: the tails that are to be counted before the next; {@link learnTails} takes the answer. */
  turnTails(): Tail[] {
    return this.#tails.turn();
  }

  /** Takes in what was counted of the tails that {@link turnTails} asked for. */
  learnTails(tails: readonly ReadTail[]): void {
    this.#tails.learn(tails);
  }

  #forgetGroups(present: ReadonlySet<string>): void {
    for (const id of this.#groups.keys()) if (!present.has(id)) this.#groups.delete(id);
  }

  #recordBrokers(seen: ClusterObservation): BrokerRow[] {
    const partitions = [...seen.topics.values()].flatMap((topic) => topic.partitions);
    for (const { id, host, port, rack } of seen.brokers) {
      const led = partitions.filter((each) => each.leaderId === id);
      this.#brokers.set(id, {
        ...{ id, host, port, rack },
        controller: id === seen.controllerId,
        leaderCount: led.length,
        replicaCount: partitions.filter((each) => each.replicaIds.includes(id)).length,
        underReplicatedCount: led.filter((each) => each.isrIds.length < each.replicaIds.length).length,
        sizeBytes: seen.sizes?.brokers.get(id) ?? this.#brokers.get(id)?.sizeBytes ?? null,
        missingSinceAt: null,
        observedAt: seen.at,
      });
    }
    const present = new Set(seen.brokers.map((broker) => broker.id));
    for (const [id, row] of this.#brokers) {
      if (present.has(id)) continue;
      const replicaCount = partitions.filter((each) => each.replicaIds.includes(id)).length;
      // A broker that is gone and holds no replica any more was taken out of the cluster.
      if (replicaCount === 0) this.#brokers.delete(id);
      else {
        const missingSinceAt = row.missingSinceAt ?? seen.at;
        this.#brokers.set(id, {
          ...row,
          controller: false,
          leaderCount: 0,
          underReplicatedCount: 0,
          replicaCount,
          missingSinceAt,
        });
      }
    }
    return [...this.#brokers.values()].sort((a, b) => a.id - b.id);
  }
}

/** Kafka's internal topics are shown but not sampled, and a topic without an id has no series. */
function endSamples({ topics }: ClusterObservation): EndSample[] {
  return [...topics.values()].flatMap(({ name, topicId, internal, ends }) =>
    topicId === null || internal || ends.every((end) => end === null)
      ? []
      : [{ topic: name, topicId, offsets: ends }],
  );
}

function commitSamples({ groups, topics }: ClusterObservation): CommitSample[] {
  return groups.flatMap((group) =>
    [...committedOf(group)].flatMap(([name, offsets]) => {
      const { id } = group;
      const topic = topics.get(name);
      if (topic === undefined || topic.topicId === null || topic.internal) return [];
      return offsets.every((offset) => offset === null)
        ? []
        : [{ group: id, topicId: topic.topicId, offsets }];
    }),
  );
}

/** A share group's start offsets are what it has behind it. */
function committedOf({ commits, shares }: ObservedGroup): ReadonlyMap<string, OffsetsByPartition> {
  if (commits !== null) return commits;
  return new Map([...(shares ?? [])].map(([topic, each]) => [topic, each.map(({ start }) => start)]));
}
