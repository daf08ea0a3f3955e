import type { Sql } from "#lib/adapters/db/client.ts";
import { after, type SortKey } from "#lib/adapters/db/keyset.sql.ts";
import { offsetsOfText } from "#lib/adapters/db/samples.sql.ts";
import {
  countTopics,
  selectReaders,
  selectTopics,
  selectTroubledTopics,
  type TopicListRow,
} from "#lib/adapters/db/topics.sql.ts";
import type { OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";
import { retentionOf } from "#lib/domain/topics/topic-retention.ts";
import { TOPIC_ROLES, type TopicReader, type TopicRole, type TopicRow } from "#lib/domain/topics/topic.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** How topics may be ordered. */
type TopicSort = "name" | "rate" | "size" | "records" | "partitions" | "groups";

/** Which topics of a cluster. */
interface TopicFilter {
  cluster: string;
  /** A part of the name, in any case. */
  q?: string | undefined;
  role?: TopicRole | undefined;
  /** Whether Kafka's own topics are among them. */
  internal: boolean;
}

/** A topic with its offsets by partition. */
export interface StoredTopic {
  row: TopicRow;
  starts: OffsetsByPartition;
  ends: OffsetsByPartition;
}

/** TopicStore reads the topics as last swept. */
export interface TopicStore {
  list(query: {
    filter: TopicFilter;
    sort: TopicSort;
    order: "asc" | "desc";
    after: readonly (string | number)[] | null;
    limit: number;
  }): Promise<{ topic: TopicRow; sortValues: (string | number)[] }[]>;
  count(filter: TopicFilter): Promise<{ all: number; byRole: Record<TopicRole, number> }>;
  /** null when the topic is not there. */
  get(cluster: string, name: string): Promise<StoredTopic | null>;
  readers(cluster: string, topic: string): Promise<TopicReader[]>;
  /** Topics with partitions that lack a leader or a replica, worst first, at most 20. */
  troubled(cluster: string): Promise<{ name: string; leaderless: number; underReplicated: number }[]>;
}

/** topicStore makes a {@link TopicStore}. */
export function topicStore(sql: Sql): TopicStore {
  return {
    async list({ filter, sort, order, after: values, limit }) {
      const keys = sortKeys(sort, order);
      const page = values === null ? Prisma.sql`true` : after(keys, values);
      const where = Prisma.sql`${whereOf(filter)} AND ${page}`;
      const rows = await selectTopics(sql, { cluster: filter.cluster, where, keys, limit });
      return rows.map((row) => ({ topic: topicOf(row), sortValues: row.keys }));
    },
    async count(filter) {
      const rows = await countTopics(sql, {
        cluster: filter.cluster,
        where: whereOf({ ...filter, role: undefined }),
      });
      const byRole = Object.fromEntries(TOPIC_ROLES.map((role) => [role, 0])) as Record<TopicRole, number>;
      for (const { role, count } of rows) byRole[role as TopicRole] = Number(count);
      return { all: rows.reduce((sum, row) => sum + Number(row.count), 0), byRole };
    },
    async get(cluster, name) {
      const where = Prisma.sql`name = ${name}`;
      const [row] = await selectTopics(sql, { cluster, where, keys: sortKeys("name", "asc"), limit: 1 });
      if (row === undefined) return null;
      return { row: topicOf(row), starts: offsetsOfText(row.starts), ends: offsetsOfText(row.ends) };
    },
    async readers(cluster, topic) {
      const rows = await selectReaders(sql, { cluster, topic });
      return rows.map((row) => ({
        ...row,
        lag: row.lag === null ? null : Number(row.lag),
        timeLagMs: row.timeLagMs === null ? null : Number(row.timeLagMs),
        verdict: row.verdict as Verdict,
      }));
    },
    troubled: (cluster) => selectTroubledTopics(sql, cluster),
  };
}

const SORT_SQL: Readonly<Record<Exclude<TopicSort, "name">, Prisma.Sql>> = {
  rate: Prisma.sql`coalesce(produce_rate, -1)`,
  size: Prisma.sql`coalesce(size_bytes, -1)`,
  records: Prisma.sql`coalesce(records, -1)`,
  partitions: Prisma.sql`partition_count`,
  groups: Prisma.sql`group_count`,
};

function sortKeys(sort: TopicSort, order: "asc" | "desc"): SortKey[] {
  const name: SortKey = { sql: Prisma.sql`name COLLATE "C"`, order: "asc" };
  return sort === "name" ? [{ ...name, order }] : [{ sql: SORT_SQL[sort], order }, name];
}

function whereOf({ q, role, internal }: Omit<TopicFilter, "cluster">): Prisma.Sql {
  const parts = [internal || role === "internal" ? Prisma.sql`true` : Prisma.sql`role <> 'internal'`];
  if (q !== undefined && q !== "") parts.push(Prisma.sql`position(lower(${q}) in lower(name)) > 0`);
  if (role !== undefined) parts.push(Prisma.sql`role = ${role}`);
  return Prisma.join(parts, " AND ");
}

function topicOf(row: TopicListRow): TopicRow {
  return {
    name: row.name,
    topicId: row.topicId,
    role: row.role as TopicRole,
    partitionCount: row.partitionCount,
    replicationFactor: row.replicationFactor,
    recordsAtMost: row.records === null ? null : Math.max(0, Number(row.records)),
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    produceRate: row.produceRate,
    cleanupPolicy: row.cleanupPolicy,
    retention: retentionOf(row.retentionMs === null ? null : Number(row.retentionMs)),
    groupCount: Number(row.groupCount),
    observedAt: row.observedAt.getTime(),
  };
}
