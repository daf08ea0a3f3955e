import type { Sql } from "#lib/adapters/db/client.ts";
import { brokerOfRow } from "#lib/adapters/db/brokers.ts";
import { groupEventStore } from "#lib/adapters/db/group-events.ts";
import { membersOfJson } from "#lib/adapters/db/group-json.ts";
import { openTransactionStore } from "#lib/adapters/db/open-transactions.ts";
import { partitionsOfJson } from "#lib/adapters/db/group-json.ts";
import {
  offsetsOfText,
  readCommitSamples,
  readEndSamples,
  type StoredSample,
  type Stretch,
} from "#lib/adapters/db/samples.sql.ts";
import type { StoredCluster } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { GroupState } from "#lib/domain/groups/group.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";

const STRETCH_MS = 2 * 60_000;
const FAR_AWAY_AT = Date.UTC(9000, 0, 1);

interface GroupRow {
  id: string;
  state: string;
  since: Date | null;
  members: unknown;
  spark: string;
  sparkEnd: Date | null;
}

interface TopicRow {
  name: string;
  topicId: string | null;
  starts: string;
  sizeBytes: bigint | null;
  cleanupPolicy: string | null;
  retentionMs: bigint | null;
  retentionBytes: bigint | null;
}

/** readStoredCluster reads what a worker that takes a cluster over goes on from. */
export async function readStoredCluster(sql: Sql, cluster: string, sinceAt: number): Promise<StoredCluster> {
  const brokers = await sql.brokerState.findMany({ where: { cluster } });
  const topics = await sql.$queryRaw<TopicRow[]>`
    SELECT name, topic_id::text AS "topicId", start_offsets::text AS starts, size_bytes AS "sizeBytes",
      cleanup_policy AS "cleanupPolicy", retention_ms AS "retentionMs", retention_bytes AS "retentionBytes"
    FROM topic_state WHERE cluster = ${cluster}`;
  const groups = await sql.$queryRaw<GroupRow[]>`
    SELECT group_id AS id, state, state_since_at AS since, members, spark::text AS spark, spark_end_at AS "sparkEnd"
    FROM group_state WHERE cluster = ${cluster}`;
  const moves = await readMoves(sql, cluster);
  const rebalances = await groupEventStore(sql).rebalancesSince(cluster, sinceAt);
  const ends: StoredSample[] = [];
  const commits: StoredSample[] = [];
  for (const stretch of stretchesSince(sinceAt)) {
    for (const sample of await readEndSamples(sql, cluster, stretch)) ends.push(sample);
    for (const sample of await readCommitSamples(sql, cluster, stretch)) commits.push(sample);
  }
  return {
    transactions: await openTransactionStore(sql).ofCluster(cluster),
    brokers: brokers.map(brokerOfRow),
    topics: topics.map((row) => ({
      ...row,
      starts: offsetsOfText(row.starts),
      sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
      retentionMs: row.retentionMs === null ? null : Number(row.retentionMs),
      retentionBytes: row.retentionBytes === null ? null : Number(row.retentionBytes),
    })),
    groups: groups.map((row) => ({
      id: row.id,
      state: row.state as GroupState,
      stateSinceAt: row.since?.getTime() ?? null,
      members: membersOfJson(row.members),
      spark:
        row.sparkEnd === null ? null : { endAt: row.sparkEnd.getTime(), values: countsOfText(row.spark) },
      movedAt: moves.get(row.id) ?? new Map(),
      rebalancedAt: rebalances.get(row.id) ?? [],
    })),
    ends: ends.map((row) => ({
      topicId: row.topicId,
      at: row.at.getTime(),
      offsets: offsetsOfText(row.offsets),
    })),
    commits: commits.map((row) => ({
      group: row.group ?? "",
      topicId: row.topicId,
      at: row.at.getTime(),
      offsets: offsetsOfText(row.offsets),
    })),
  };
}

/**
 * The window of a verdict from an instant on, in stretches: of 2,000 groups it holds 360,000 samples, more than one
 * statement may take its time for. The last stretch is open.
 */
function stretchesSince(sinceAt: number): Stretch[] {
  const count = Math.ceil(WINDOW_LIMIT_MS / STRETCH_MS);
  return Array.from({ length: count }, (_, index) => ({
    fromAt: sinceAt + index * STRETCH_MS,
    beforeAt: index === count - 1 ? FAR_AWAY_AT : sinceAt + (index + 1) * STRETCH_MS,
  }));
}

/** When the commit of each partition last moved, by group and topic id. */
async function readMoves(sql: Sql, cluster: string): Promise<Map<string, Map<string, (number | null)[]>>> {
  const rows = await sql.groupTopicState.findMany({ where: { cluster, topicId: { not: null } } });
  const moves = new Map<string, Map<string, (number | null)[]>>();
  for (const { groupId, topicId, partitions } of rows) {
    if (topicId === null) continue;
    const movedAt: (number | null)[] = [];
    for (const each of partitionsOfJson(partitions)) {
      while (movedAt.length <= each.partition) movedAt.push(null);
      movedAt[each.partition] = each.movedAt;
    }
    const ofGroup = moves.get(groupId) ?? new Map<string, (number | null)[]>();
    moves.set(groupId, ofGroup);
    ofGroup.set(topicId, movedAt);
  }
  return moves;
}

/** countsOfText reads PostgreSQL's text of an array of counts. */
export function countsOfText(text: string): (number | null)[] {
  return offsetsOfText(text).map((each) => (each === null ? null : Number(each)));
}
