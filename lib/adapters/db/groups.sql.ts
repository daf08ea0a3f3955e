import type { Sql } from "#lib/adapters/db/client.ts";
import { keyValues, orderBy, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** A row of group_state as read for lists; arrays with nulls come as text. */
export interface GroupListRow {
  id: string;
  kind: string;
  state: string;
  since: Date | null;
  protocolType: string;
  coordinatorId: number | null;
  memberCount: number;
  topics: string[];
  verdict: string;
  reason: string;
  lag: bigint | null;
  timeLagMs: bigint | null;
  drainsInMs: bigint | null;
  consumeRate: number | null;
  evidenceFrom: Date | null;
  evidenceSamples: number | null;
  retentionUsed: number | null;
  expires: Date | null;
  lastMoved: Date | null;
  offsetsExpire: Date | null;
  rebalances: number;
  hotPartition: unknown;
  parentId: string | null;
  spark: string;
  sparkEnd: Date | null;
  observedAt: Date;
  /** The values of the sort keys, for the cursor. */
  keys: (string | number)[];
}

/** Groups that match `where`, in the order of `keys`. */
export async function selectGroups(
  sql: Sql,
  { where, keys, limit }: { where: Prisma.Sql; keys: readonly SortKey[]; limit: number },
): Promise<GroupListRow[]> {
  return sql.$queryRaw`
    SELECT group_id AS id, kind, state, state_since_at AS since, protocol_type AS "protocolType",
      coordinator_id AS "coordinatorId", member_count AS "memberCount", topics, verdict, reason, lag,
      time_lag_ms AS "timeLagMs", drains_in_ms AS "drainsInMs", consume_rate AS "consumeRate",
      evidence_from_at AS "evidenceFrom", evidence_samples AS "evidenceSamples", retention_used AS "retentionUsed",
      expires_at AS expires, last_moved_at AS "lastMoved", offsets_expire_at AS "offsetsExpire", rebalances,
      hot_partition AS "hotPartition", parent_id AS "parentId", spark::text AS spark,
      spark_end_at AS "sparkEnd", observed_at AS "observedAt",
      ${keyValues(keys)} AS keys
    FROM group_state WHERE ${where} ORDER BY ${orderBy(keys)} LIMIT ${limit}`;
}

/** Groups by verdict and emptiness among those that match `where`. */
export async function countGroups(
  sql: Sql,
  where: Prisma.Sql,
): Promise<{ verdict: string; empty: boolean; count: bigint }[]> {
  return sql.$queryRaw`
    SELECT verdict, state = 'empty' AS empty, count(*) AS count
    FROM group_state WHERE ${where} GROUP BY 1, 2`;
}
