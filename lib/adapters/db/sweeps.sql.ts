import type { Sql } from "#lib/adapters/db/client.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";
import type { ClusterSnapshot, TopicSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";

// Each function is one statement for any number of rows: the rows go in as one JSON text. Arrays with nulls go in
// as array literals, since neither JSON records nor Prisma carry them.

const iso = (at: number): string => new Date(at).toISOString();

/** arrayLiteral writes offsets or counts as PostgreSQL reads an array: `{1,NULL,3}`. */
export function arrayLiteral(values: readonly (bigint | number | null)[]): string {
  return `{${values.map((each) => (each === null ? "NULL" : each.toString())).join(",")}}`;
}

/** The cluster answered: `since_at` moves only when it did not before. */
export async function upsertReachableCluster(
  sql: Sql,
  cluster: string,
  seen: ClusterSnapshot,
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO cluster_state AS held (id, kafka_cluster_id, reachable, since_at, reason, controller_id, sampled_at,
      sweep_duration_ms, sweep_requests, failures, observed_at)
    VALUES (${cluster}, ${seen.kafkaClusterId}, true, ${iso(seen.at)}::timestamptz, NULL, ${seen.controllerId},
      ${iso(seen.at)}::timestamptz, ${Math.round(seen.cost.durationMs)}, ${seen.cost.requests},
      ${JSON.stringify(seen.failures)}::jsonb, ${iso(seen.at)}::timestamptz)
    ON CONFLICT (id) DO UPDATE SET
      since_at = CASE WHEN held.reachable THEN held.since_at ELSE EXCLUDED.since_at END,
      previous_kafka_cluster_id = CASE WHEN held.kafka_cluster_id <> EXCLUDED.kafka_cluster_id
        THEN held.kafka_cluster_id ELSE held.previous_kafka_cluster_id END,
      kafka_cluster_id_changed_at = CASE WHEN held.kafka_cluster_id <> EXCLUDED.kafka_cluster_id
        THEN EXCLUDED.observed_at ELSE held.kafka_cluster_id_changed_at END,
      kafka_cluster_id = coalesce(EXCLUDED.kafka_cluster_id, held.kafka_cluster_id), reachable = true, reason = NULL,
      controller_id = EXCLUDED.controller_id, sampled_at = EXCLUDED.sampled_at,
      sweep_duration_ms = EXCLUDED.sweep_duration_ms, sweep_requests = EXCLUDED.sweep_requests,
      failures = EXCLUDED.failures, observed_at = EXCLUDED.observed_at`;
}

/** The cluster did not answer: what was seen of it stays. */
export async function upsertUnreachableCluster(
  sql: Sql,
  { cluster, reason, at }: { cluster: string; reason: string; at: number },
): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO cluster_state AS held (id, reachable, since_at, reason, observed_at)
    VALUES (${cluster}, false, ${iso(at)}::timestamptz, ${reason}, ${iso(at)}::timestamptz)
    ON CONFLICT (id) DO UPDATE SET
      since_at = CASE WHEN held.reachable THEN EXCLUDED.since_at ELSE held.since_at END,
      reachable = false, reason = EXCLUDED.reason, observed_at = EXCLUDED.observed_at`;
}

/** Brokers as seen; those that are not among them are taken away. */
export async function replaceBrokers(
  sql: Sql,
  cluster: string,
  brokers: readonly BrokerRow[],
): Promise<void> {
  const rows = brokers.map((broker) => ({
    ...broker,
    missingSinceAt: broker.missingSinceAt === null ? null : iso(broker.missingSinceAt),
    observedAt: iso(broker.observedAt),
  }));
  await sql.$executeRaw`
    WITH gone AS (DELETE FROM broker_state WHERE cluster = ${cluster}
      AND broker_id <> ALL (${brokers.map((broker) => broker.id)}::int[]))
    INSERT INTO broker_state (cluster, broker_id, host, port, rack, controller, leader_count, replica_count,
      under_replicated_count, size_bytes, missing_since_at, observed_at)
    SELECT ${cluster}, id, host, port, rack, controller, "leaderCount", "replicaCount", "underReplicatedCount",
      "sizeBytes", "missingSinceAt", "observedAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id int, host text, port int, rack text,
      controller boolean, "leaderCount" int, "replicaCount" int, "underReplicatedCount" int, "sizeBytes" bigint,
      "missingSinceAt" timestamptz, "observedAt" timestamptz)
    ON CONFLICT (cluster, broker_id) DO UPDATE SET host = EXCLUDED.host, port = EXCLUDED.port, rack = EXCLUDED.rack,
      controller = EXCLUDED.controller, leader_count = EXCLUDED.leader_count, replica_count = EXCLUDED.replica_count,
      under_replicated_count = EXCLUDED.under_replicated_count, size_bytes = EXCLUDED.size_bytes,
      missing_since_at = EXCLUDED.missing_since_at, observed_at = EXCLUDED.observed_at`;
}

/** Topics as seen. */
export async function upsertTopics(
  sql: Sql,
  { cluster, at, topics }: { cluster: string; at: number; topics: readonly TopicSnapshot[] },
): Promise<void> {
  const rows = topics.map((topic) => ({
    ...topic,
    starts: arrayLiteral(topic.starts),
    ends: arrayLiteral(topic.ends),
  }));
  await sql.$executeRaw`
    INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, size_bytes, produce_rate, cleanup_policy, retention_ms, retention_bytes,
      under_replicated_count, leaderless_count, observed_at)
    SELECT ${cluster}, name, "topicId", role, "partitionCount", "replicationFactor", starts::bigint[], ends::bigint[],
      "sizeBytes", "produceRate", "cleanupPolicy", "retentionMs", "retentionBytes", "underReplicatedCount",
      "leaderlessCount", ${iso(at)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(name text, "topicId" uuid, role text,
      "partitionCount" int, "replicationFactor" int, starts text, ends text, "sizeBytes" bigint,
      "produceRate" float8, "cleanupPolicy" text, "retentionMs" bigint, "retentionBytes" bigint,
      "underReplicatedCount" int, "leaderlessCount" int)
    ON CONFLICT (cluster, name) DO UPDATE SET topic_id = EXCLUDED.topic_id, role = EXCLUDED.role,
      partition_count = EXCLUDED.partition_count, replication_factor = EXCLUDED.replication_factor,
      start_offsets = EXCLUDED.start_offsets, end_offsets = EXCLUDED.end_offsets, size_bytes = EXCLUDED.size_bytes,
      produce_rate = EXCLUDED.produce_rate, cleanup_policy = EXCLUDED.cleanup_policy,
      retention_ms = EXCLUDED.retention_ms, retention_bytes = EXCLUDED.retention_bytes,
      under_replicated_count = EXCLUDED.under_replicated_count,
      leaderless_count = EXCLUDED.leaderless_count, observed_at = EXCLUDED.observed_at`;
}

/** Groups as seen. */
export async function upsertGroups(sql: Sql, cluster: string, rowsJson: string): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO group_state (cluster, group_id, kind, state, state_since_at, protocol_type, coordinator_id, members,
      member_count, topics, verdict, trouble_rank, reason, evidence_from_at, evidence_samples, lag, time_lag_ms,
      drains_in_ms, consume_rate, retention_used, expires_at, last_moved_at, offsets_expire_at, rebalances,
      hot_partition, parent_id, spark, spark_end_at, observed_at)
    SELECT ${cluster}, id, kind, state, "stateSinceAt", "protocolType", "coordinatorId", members,
      jsonb_array_length(members), topics, verdict, "troubleRank", reason, "evidenceFromAt", "evidenceSamples", lag,
      "timeLagMs", "drainsInMs", "consumeRate", "retentionUsed", "expiresAt", "lastMovedAt", "offsetsExpireAt",
      rebalances, nullif("hotPartition", 'null'::jsonb), "parentId", spark::bigint[], "sparkEndAt", "observedAt"
    FROM jsonb_to_recordset(${rowsJson}::jsonb) AS r(id text, kind text, state text,
      "stateSinceAt" timestamptz, "protocolType" text, "coordinatorId" int, members jsonb, topics text[],
      verdict text, "troubleRank" int, reason text, "evidenceFromAt" timestamptz, "evidenceSamples" int, lag bigint,
      "timeLagMs" bigint, "drainsInMs" bigint, "consumeRate" float8, "retentionUsed" float8,
      "expiresAt" timestamptz, "lastMovedAt" timestamptz, "offsetsExpireAt" timestamptz, rebalances int,
      "hotPartition" jsonb, "parentId" text, spark text, "sparkEndAt" timestamptz, "observedAt" timestamptz)
    ON CONFLICT (cluster, group_id) DO UPDATE SET kind = EXCLUDED.kind, state = EXCLUDED.state,
      state_since_at = EXCLUDED.state_since_at, protocol_type = EXCLUDED.protocol_type,
      coordinator_id = EXCLUDED.coordinator_id, members = EXCLUDED.members, member_count = EXCLUDED.member_count,
      topics = EXCLUDED.topics, verdict = EXCLUDED.verdict, trouble_rank = EXCLUDED.trouble_rank,
      reason = EXCLUDED.reason, evidence_from_at = EXCLUDED.evidence_from_at,
      evidence_samples = EXCLUDED.evidence_samples, lag = EXCLUDED.lag, time_lag_ms = EXCLUDED.time_lag_ms,
      drains_in_ms = EXCLUDED.drains_in_ms, consume_rate = EXCLUDED.consume_rate,
      retention_used = EXCLUDED.retention_used, expires_at = EXCLUDED.expires_at,
      last_moved_at = EXCLUDED.last_moved_at, offsets_expire_at = EXCLUDED.offsets_expire_at,
      rebalances = EXCLUDED.rebalances, hot_partition = EXCLUDED.hot_partition, parent_id = EXCLUDED.parent_id,
      spark = EXCLUDED.spark, spark_end_at = EXCLUDED.spark_end_at, observed_at = EXCLUDED.observed_at`;
}

/** Partitions of groups' topics, those that changed. */
export async function upsertGroupTopics(sql: Sql, cluster: string, rowsJson: string): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO group_topic_state (cluster, group_id, topic, topic_id, lag, partitions)
    SELECT ${cluster}, "group", topic, "topicId", lag, partitions
    FROM jsonb_to_recordset(${rowsJson}::jsonb)
      AS r("group" text, topic text, "topicId" uuid, lag bigint, partitions jsonb)
    ON CONFLICT (cluster, group_id, topic) DO UPDATE
      SET topic_id = EXCLUDED.topic_id, lag = EXCLUDED.lag, partitions = EXCLUDED.partitions`;
}

/** Rows of a cluster by name (topics), id (groups) or id and topic (groups' topics). */
export interface RowKeys {
  topics: readonly string[];
  groups: readonly string[];
  groupTopics: readonly (readonly [group: string, topic: string])[];
}

/** Takes away topics, by name. */
export async function deleteTopics(sql: Sql, cluster: string, gone: RowKeys["topics"]): Promise<void> {
  await sql.topicState.deleteMany({ where: { cluster, name: { in: [...gone] } } });
}

/** Takes away groups, by id. */
export async function deleteGroups(sql: Sql, cluster: string, gone: RowKeys["groups"]): Promise<void> {
  await sql.groupState.deleteMany({ where: { cluster, groupId: { in: [...gone] } } });
}

/** Takes away topics of groups. */
export async function deleteGroupTopics(
  sql: Sql,
  cluster: string,
  gone: RowKeys["groupTopics"],
): Promise<void> {
  await sql.$executeRaw`
    DELETE FROM group_topic_state s
    USING unnest(${gone.map(([group]) => group)}::text[], ${gone.map(([, topic]) => topic)}::text[]) AS k("group", topic)
    WHERE s.cluster = ${cluster} AND s.group_id = k."group" AND s.topic = k.topic`;
}

/** The keys of all rows of a cluster: what a new holder of the lease compares its first sweep with. */
export async function selectKeys(sql: Sql, cluster: string): Promise<RowKeys> {
  const where = { where: { cluster } };
  const topics = await sql.topicState.findMany({ ...where, select: { name: true } });
  const groups = await sql.groupState.findMany({ ...where, select: { groupId: true } });
  const groupTopics = await sql.groupTopicState.findMany({
    ...where,
    select: { groupId: true, topic: true },
  });
  return {
    topics: topics.map((row) => row.name),
    groups: groups.map((row) => row.groupId),
    groupTopics: groupTopics.map((row) => [row.groupId, row.topic]),
  };
}
