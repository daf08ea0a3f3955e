import type { Sql } from "#lib/adapters/db/client.ts";
import {
  pairKey,
  prepareSweep,
  type PreparedSweep,
  type Rows,
  type SweepPortion,
  type WrittenState,
} from "#lib/adapters/db/sweep-rows.ts";
import { groupEventStore } from "#lib/adapters/db/group-events.ts";
import { openTransactionStore } from "#lib/adapters/db/open-transactions.ts";
import { readStoredCluster } from "#lib/adapters/db/stored-cluster.ts";
import {
  ensureCommitSeries,
  ensureTopicSeries,
  insertClusterSample,
  insertSamples,
  type SeriesSample,
} from "#lib/adapters/db/samples.sql.ts";
import {
  deleteGroups,
  deleteGroupTopics,
  deleteTopics,
  replaceBrokers,
  selectKeys,
  upsertGroups,
  upsertGroupTopics,
  upsertReachableCluster,
  upsertTopics,
  upsertUnreachableCluster,
} from "#lib/adapters/db/sweeps.sql.ts";
import type { ClusterSnapshot, StoredCluster } from "#lib/domain/sweep/cluster-snapshot.ts";

/** SweepStore writes what a sweep saw and reads back what a takeover needs. */
export interface SweepStore {
  /** What is there now: a new holder of the lease begins with it. */
  written(cluster: string): Promise<WrittenState>;
  /** Makes the texts of a snapshot's rows; touches no database. */
  prepare(snapshot: ClusterSnapshot, written: WrittenState): PreparedSweep;
  /** Writes one portion of a large sweep's rows: all but the last go ahead, in transactions of their own. */
  writePortion(cluster: string, portion: SweepPortion): Promise<void>;
  /** Writes what the history keeps of a snapshot; they go ahead likewise. Answers the series they belong to. */
  writeSamples(cluster: string, prepared: PreparedSweep): Promise<WrittenSeries>;
  /** Writes a snapshot with the last portions: a constant number of statements, whatever its size. */
  write(cluster: string, prepared: PreparedSweep, series: WrittenSeries): Promise<WrittenState>;
  writeUnreachable(seen: { cluster: string; reason: string; at: number }): Promise<void>;
  /** What is stored of a cluster, with the samples since an instant. */
  load(cluster: string, sinceAt: number): Promise<StoredCluster>;
}

/** The series that a snapshot's samples belong to. */
type WrittenSeries = Pick<WrittenState, "topicSeries" | "commitSeries">;

/** sweepStore makes a {@link SweepStore}. */
export function sweepStore(sql: Sql): SweepStore {
  return {
    async written(cluster) {
      const keys = await selectKeys(sql, cluster);
      return {
        topics: new Set(keys.topics),
        groups: new Set(keys.groups),
        groupTopics: new Map(keys.groupTopics.map(([group, topic]) => [pairKey(group, topic), ""])),
        topicSeries: new Map(),
        commitSeries: new Map(),
      };
    },
    prepare: prepareSweep,
    writePortion: (cluster, portion) => writePortion(sql, cluster, portion),
    writeSamples: (cluster, prepared) => writeSamples(sql, cluster, prepared),
    async write(cluster, prepared, series) {
      await writeSweep(sql, cluster, prepared);
      return { ...prepared.rows, ...series };
    },
    writeUnreachable: (seen) => upsertUnreachableCluster(sql, seen),
    load: (cluster, sinceAt) => readStoredCluster(sql, cluster, sinceAt),
  };
}

const writePortion = (sql: Sql, cluster: string, { of, json }: SweepPortion): Promise<void> =>
  of === "groups" ? upsertGroups(sql, cluster, json) : upsertGroupTopics(sql, cluster, json);

async function writeSweep(sql: Sql, cluster: string, prepared: PreparedSweep): Promise<void> {
  const { snapshot, before, rows } = prepared;
  await upsertReachableCluster(sql, cluster, snapshot);
  await replaceBrokers(sql, cluster, snapshot.brokers);
  await upsertTopics(sql, { cluster, at: snapshot.at, topics: snapshot.topics });
  for (const portion of prepared.last) await writePortion(sql, cluster, portion);
  await deleteGone(sql, cluster, { before, now: rows });
  if (snapshot.transactions !== null) await openTransactionStore(sql).replace(cluster, snapshot.transactions);
  const { at, groups } = snapshot;
  const events = groups.flatMap(({ id: group, events: each }) =>
    each.map((event) => ({ group, at, ...event })),
  );
  await groupEventStore(sql).addAll(cluster, events);
}

/** Takes away what stood before and does not any more: usually nothing, and then no statement. */
async function deleteGone(
  sql: Sql,
  cluster: string,
  { before, now }: { before: Rows; now: Rows },
): Promise<void> {
  const topics = [...before.topics].filter((name) => !now.topics.has(name));
  const groups = [...before.groups].filter((id) => !now.groups.has(id));
  const groupTopics = [...before.groupTopics.keys()].filter((key) => !now.groupTopics.has(key));
  if (topics.length > 0) await deleteTopics(sql, cluster, topics);
  if (groups.length > 0) await deleteGroups(sql, cluster, groups);
  if (groupTopics.length === 0) return;
  await deleteGroupTopics(
    sql,
    cluster,
    groupTopics.map((key) => JSON.parse(key) as [string, string]),
  );
}

async function writeSamples(
  sql: Sql,
  cluster: string,
  { snapshot, before }: PreparedSweep,
): Promise<WrittenSeries> {
  const { at, ends, commits } = snapshot;
  await insertClusterSample(sql, cluster, snapshot);
  const topicSeries = new Map(before.topicSeries);
  const newTopics = ends.filter((each) => !topicSeries.has(each.topicId));
  if (newTopics.length > 0) {
    const topics = newTopics.map(({ topic, topicId }) => ({ topic, topicId }));
    for (const { id, topicId } of await ensureTopicSeries(sql, { cluster, at, topics }))
      topicSeries.set(topicId, id);
  }
  const commitSeries = new Map(before.commitSeries);
  const placed = commits.flatMap(({ group, topicId, offsets }) => {
    const topicSeriesId = topicSeries.get(topicId);
    return topicSeriesId === undefined
      ? []
      : [{ group, topicSeriesId, offsets, key: `${topicSeriesId} ${group}` }];
  });
  const newCommits = placed.filter((each) => !commitSeries.has(each.key));
  if (newCommits.length > 0) {
    const rows = newCommits.map(({ group, topicSeriesId }) => ({
      group,
      topicSeriesId: topicSeriesId.toString(),
    }));
    for (const each of await ensureCommitSeries(sql, { cluster, at, commits: rows })) {
      commitSeries.set(`${each.topicSeriesId} ${each.group}`, each.id);
    }
  }
  await insertSamples(sql, "ends", {
    at,
    samples: ends.flatMap(({ topicId, offsets }) => sampleOf(topicSeries.get(topicId), offsets)),
  });
  await insertSamples(sql, "commits", {
    at,
    samples: placed.flatMap(({ key, offsets }) => sampleOf(commitSeries.get(key), offsets)),
  });
  // What was not sampled is asked for anew: its series may be forgotten before it is seen again.
  return {
    topicSeries: onlyKeys(topicSeries, new Set(ends.map((each) => each.topicId))),
    commitSeries: onlyKeys(commitSeries, new Set(placed.map((each) => each.key))),
  };
}

const onlyKeys = (series: ReadonlyMap<string, bigint>, keys: ReadonlySet<string>): Map<string, bigint> =>
  new Map([...series].filter(([key]) => keys.has(key)));

const sampleOf = (seriesId: bigint | undefined, offsets: SeriesSample["offsets"]): SeriesSample[] =>
  seriesId === undefined ? [] : [{ seriesId, offsets }];
