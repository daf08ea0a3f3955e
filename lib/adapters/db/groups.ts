import type { Sql } from "#lib/adapters/db/client.ts";
import { membersOfJson, partitionsOfJson } from "#lib/adapters/db/group-json.ts";
import { countGroups, selectGroups, type GroupListRow } from "#lib/adapters/db/groups.sql.ts";
import { after, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import { countsOfText } from "#lib/adapters/db/stored-cluster.ts";
import { readersOf } from "#lib/adapters/db/group-readers.ts";
import type { GroupDetail, GroupKind, GroupRow, GroupState } from "#lib/domain/groups/group.ts";
import type { Spark } from "#lib/domain/groups/spark.ts";
import { VERDICTS, type Verdict } from "#lib/domain/groups/verdict.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** How groups may be ordered. */
type GroupSort =
  "trouble" | "id" | "lag" | "timeLag" | "drains" | "retention" | "rate" | "members" | "state" | "kind";

/** Which groups of a cluster; an absent one does not filter. */
interface GroupFilter {
  cluster: string;
  /** A part of the group id or of one of its topics, in any case. */
  q?: string | undefined;
  topic?: string | undefined;
  verdict?: Verdict | undefined;
  state?: GroupState | undefined;
  kind?: GroupKind | undefined;
  /** `folded` leaves out groups that read for another one; `q` then looks at their ids too. */
  readers?: "folded" | "listed" | undefined;
}

/** A group of a list with its sparkline as stored. */
interface StoredGroup extends Omit<GroupRow, "spark"> {
  spark: Spark | null;
}

/** Numbers for the tiles above a list. */
interface GroupCounts {
  all: number;
  empty: number;
  byVerdict: Record<Verdict, number>;
}

/** GroupStore reads the groups as last swept. */
export interface GroupStore {
  list(query: {
    filter: GroupFilter;
    sort: GroupSort;
    order: "asc" | "desc";
    /** Sort values of the last row of the page before. */
    after: readonly (string | number)[] | null;
    limit: number;
  }): Promise<{ group: StoredGroup; sortValues: (string | number)[] }[]>;
  count(filter: Pick<GroupFilter, "cluster" | "q" | "topic" | "readers">): Promise<GroupCounts>;
  exists(cluster: string, id: string): Promise<boolean>;
  /** null when the group is not there. */
  get(cluster: string, id: string): Promise<(Omit<GroupDetail, "spark"> & { spark: Spark | null }) | null>;
}

/** groupStore makes a {@link GroupStore}. */
export function groupStore(sql: Sql): GroupStore {
  return {
    async list({ filter, sort, order, after: values, limit }) {
      const keys = sortKeys(sort, order);
      const page = values === null ? Prisma.sql`true` : after(keys, values);
      const rows = await selectGroups(sql, {
        where: Prisma.sql`${whereOf(filter)} AND ${page}`,
        keys,
        limit,
      });
      const readers = await readersOf(
        sql,
        filter.cluster,
        rows.map((row) => row.id),
      );
      return rows.map((row) => ({
        group: { ...groupOf(row), readers: readers.get(row.id) ?? [] },
        sortValues: row.keys,
      }));
    },
    async count(filter) {
      return countsOf(await countGroups(sql, whereOf(filter)));
    },
    async exists(cluster, groupId) {
      return (await sql.groupState.count({ where: { cluster, groupId } })) > 0;
    },
    get: (cluster, id) => getGroup(sql, cluster, id),
  };
}

function sortKeys(sort: GroupSort, order: "asc" | "desc"): SortKey[] {
  const id: SortKey = { sql: Prisma.sql`group_id COLLATE "C"`, order: "asc" };
  const other = order === "asc" ? "desc" : "asc";
  switch (sort) {
    case "trouble":
      return [
        { sql: Prisma.sql`trouble_rank`, order },
        { sql: Prisma.sql`coalesce(lag, -1)`, order: other },
        id,
      ];
    case "id":
      return [{ ...id, order }];
    case "lag":
      return [{ sql: Prisma.sql`coalesce(lag, -1)`, order }, id];
    case "timeLag":
      return [{ sql: Prisma.sql`coalesce(time_lag_ms, -1)`, order }, id];
    case "drains":
      // A lag that does not shrink drains last of all; a group without one stands before every other.
      return [
        { sql: Prisma.sql`coalesce(drains_in_ms, CASE WHEN lag > 0 THEN 9e15 ELSE -1 END)`, order },
        id,
      ];
    case "retention":
      return [{ sql: Prisma.sql`coalesce(retention_used, -1)`, order }, id];
    case "rate":
      return [{ sql: Prisma.sql`coalesce(consume_rate, -1)`, order }, id];
    case "members":
      return [{ sql: Prisma.sql`member_count`, order }, id];
    case "state":
      return [{ sql: Prisma.sql`state COLLATE "C"`, order }, id];
    case "kind":
      return [{ sql: Prisma.sql`kind COLLATE "C"`, order }, id];
  }
}

function whereOf({ cluster, q, topic, verdict, state, kind, readers }: GroupFilter): Prisma.Sql {
  const parts = [Prisma.sql`cluster = ${cluster}`];
  if (q !== undefined && q !== "") {
    parts.push(Prisma.sql`(position(lower(${q}) in lower(group_id)) > 0
      OR EXISTS (SELECT 1 FROM unnest(topics) AS t(name) WHERE position(lower(${q}) in lower(t.name)) > 0)
      OR EXISTS (SELECT 1 FROM group_state r WHERE r.cluster = group_state.cluster
        AND r.parent_id = group_state.group_id AND position(lower(${q}) in lower(r.group_id)) > 0))`);
  }
  if (topic !== undefined) parts.push(Prisma.sql`${topic} = ANY (topics)`);
  if (verdict !== undefined) parts.push(Prisma.sql`verdict = ${verdict}`);
  if (state !== undefined) parts.push(Prisma.sql`state = ${state}`);
  if (readers === "folded") parts.push(Prisma.sql`parent_id IS NULL`);
  if (kind !== undefined) parts.push(Prisma.sql`kind = ${kind}`);
  return Prisma.join(parts, " AND ");
}

const numberOf = (value: bigint | null): number | null => (value === null ? null : Number(value));

function groupOf(row: GroupListRow): Omit<StoredGroup, "readers"> {
  return {
    id: row.id,
    kind: row.kind as GroupKind,
    state: row.state as GroupState,
    stateSinceAt: row.since?.getTime() ?? null,
    verdict: row.verdict as Verdict,
    reason: row.reason,
    lag: numberOf(row.lag),
    timeLagMs: numberOf(row.timeLagMs),
    drainsInMs: numberOf(row.drainsInMs),
    consumeRate: row.consumeRate,
    evidence:
      row.evidenceFrom === null
        ? null
        : { fromAt: row.evidenceFrom.getTime(), samples: row.evidenceSamples ?? 0 },
    retentionUsed: row.retentionUsed,
    expiresAt: row.expires?.getTime() ?? null,
    lastMovedAt: row.lastMoved?.getTime() ?? null,
    offsetsExpireAt: row.offsetsExpire?.getTime() ?? null,
    rebalances: row.rebalances,
    hotPartition: row.hotPartition as GroupRow["hotPartition"],
    parentId: row.parentId,
    memberCount: row.memberCount,
    topics: row.topics,
    spark: row.sparkEnd === null ? null : { endAt: row.sparkEnd.getTime(), values: countsOfText(row.spark) },
    observedAt: row.observedAt.getTime(),
  };
}

function countsOf(rows: readonly { verdict: string; empty: boolean; count: bigint }[]): GroupCounts {
  const byVerdict = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  let [all, none] = [0, 0];
  for (const { verdict, empty, count } of rows) {
    all += Number(count);
    if (empty) none += Number(count);
    byVerdict[verdict as Verdict] += Number(count);
  }
  return { all, empty: none, byVerdict };
}

async function getGroup(sql: Sql, cluster: string, id: string): ReturnType<GroupStore["get"]> {
  const where = Prisma.sql`cluster = ${cluster} AND group_id = ${id}`;
  const [row] = await selectGroups(sql, { where, keys: sortKeys("id", "asc"), limit: 1 });
  if (row === undefined) return null;
  const state = await sql.groupState.findUnique({
    where: { cluster_groupId: { cluster, groupId: id } },
    select: { members: true },
  });
  const topics = await sql.groupTopicState.findMany({
    where: { cluster, groupId: id },
    orderBy: { topic: "asc" },
  });
  return {
    ...groupOf(row),
    readers: (await readersOf(sql, cluster, [id])).get(id) ?? [],
    protocolType: row.protocolType,
    coordinatorId: row.coordinatorId,
    members: membersOfJson(state?.members),
    partitions: topics.flatMap(({ topic, partitions }) =>
      partitionsOfJson(partitions).map((each) => ({ topic, ...each })),
    ),
  };
}
