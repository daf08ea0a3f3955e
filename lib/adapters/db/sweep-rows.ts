import { jsonOfPartitions } from "#lib/adapters/db/group-json.ts";
import { arrayLiteral } from "#lib/adapters/db/sweeps.sql.ts";
import type { ClusterSnapshot, GroupSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";

/**
 * What a writer knows to be in the database, so that a sweep need not ask or write it again. Valid for one lease;
 * {@link SweepStore.write} answers the next one, to be kept once the transaction is committed.
 */
export interface WrittenState {
  readonly topics: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** The JSON of each row of group_topic_state, by {@link pairKey}; empty where only its key is known. */
  readonly groupTopics: ReadonlyMap<string, string>;
  readonly topicSeries: ReadonlyMap<string, bigint>;
  /** By group and topic series: `<series id> <group>`. */
  readonly commitSeries: ReadonlyMap<string, bigint>;
}

/** pairKey joins a group and a topic to one key. */
export const pairKey = (group: string, topic: string): string => JSON.stringify([group, topic]);

/** The rows that stand once a sweep is written. */
export type Rows = Pick<WrittenState, "topics" | "groups" | "groupTopics">;

/** PreparedSweep is a snapshot with its rows as text, made before the transaction so that this stays short. */
export interface PreparedSweep {
  readonly snapshot: ClusterSnapshot;
  readonly before: WrittenState;
  readonly rows: Rows;
  /** Rows in portions that a short transaction can write: of a large sweep all but the last of each kind. */
  readonly ahead: readonly SweepPortion[];
  /** The last portion of each kind, or the only one. */
  readonly last: readonly SweepPortion[];
}

/** SweepPortion is some rows of group_state, or those of group_topic_state that changed, as one JSON text. */
export interface SweepPortion {
  readonly of: "groups" | "group-topics";
  readonly json: string;
}

/** A portion of 500 topics of ten partitions takes some 100 ms. */
const PORTION_ROWS = 500;

/** prepareSweep turns a snapshot into the texts that {@link SweepStore.write} hands to the database. */
export function prepareSweep(snapshot: ClusterSnapshot, before: WrittenState): PreparedSweep {
  const rows = rowsOf(snapshot, before);
  const changed = [...rows.groupTopics].filter(([key, json]) => before.groupTopics.get(key) !== json);
  const groups = snapshot.groups.map((group) => JSON.stringify(groupJson(group, snapshot.at)));
  const kinds = [
    portionsOf("groups", groups),
    portionsOf(
      "group-topics",
      changed.map(([, json]) => json),
    ),
  ];
  return {
    ...{ snapshot, before, rows },
    ahead: kinds.flatMap((portions) => portions.slice(0, -1)),
    last: kinds.flatMap((portions) => portions.slice(-1)),
  };
}

function portionsOf(of: SweepPortion["of"], rows: readonly string[]): SweepPortion[] {
  const portions: SweepPortion[] = [];
  for (let from = 0; from < rows.length; from += PORTION_ROWS) {
    portions.push({ of, json: `[${rows.slice(from, from + PORTION_ROWS).join(",")}]` });
  }
  return portions;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function groupJson(group: GroupSnapshot, at: number): unknown {
  const { topics, spark, evidence } = group;
  return {
    ...group,
    // An event is a row of its own.
    events: undefined,
    stateSinceAt: iso(group.stateSinceAt),
    evidenceFromAt: iso(evidence?.fromAt ?? null),
    evidenceSamples: evidence?.samples ?? null,
    expiresAt: iso(group.expiresAt),
    lastMovedAt: iso(group.lastMovedAt),
    offsetsExpireAt: iso(group.offsetsExpireAt),
    topics: topics.map((each) => each.topic),
    spark: arrayLiteral(spark.values),
    sparkEndAt: iso(spark.endAt),
    observedAt: iso(at),
  };
}

/** The rows that stand after this sweep; groups that it could not see keep theirs. */
function rowsOf({ topics, groups, groupsComplete }: ClusterSnapshot, written: WrittenState): Rows {
  const seen = new Set(groups.map((group) => group.id));
  const kept = [...written.groupTopics].filter(
    ([key]) => !groupsComplete && !seen.has((JSON.parse(key) as [string, string])[0]),
  );
  const groupTopics = new Map(kept);
  for (const group of groups) {
    for (const { topic, topicId, lag, partitions } of group.topics) {
      const row = { group: group.id, topic, topicId, lag, partitions: jsonOfPartitions(partitions) };
      groupTopics.set(pairKey(group.id, topic), JSON.stringify(row));
    }
  }
  return {
    topics: new Set(topics.map((topic) => topic.name)),
    groups: groupsComplete ? seen : new Set([...written.groups, ...seen]),
    groupTopics,
  };
}
