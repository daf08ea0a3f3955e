import type { Sql } from "#lib/adapters/db/client.ts";
import { COMMIT_TABLES, END_TABLES } from "#lib/adapters/db/history-tables.ts";
import type { HistoryLevel } from "#lib/domain/time/history-levels.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a partition of each level covers, aligned to the epoch: a few dozen partitions a table, each dropped whole. */
const PARTITION_MS: Readonly<Record<HistoryLevel, number>> = {
  raw: HOUR_MS,
  packed: 6 * HOUR_MS,
  minute: DAY_MS,
  "ten-minute": 10 * DAY_MS,
};

/** SamplePartitionStore makes partitions of samples ahead of time and drops whole ones behind it. */
export interface SamplePartitionStore {
  /** Makes what is missing of a level between two instants; answers the names made. One transaction at a time. */
  ensure(level: HistoryLevel, fromAt: number, toAt: number): Promise<string[]>;
  /** Drops partitions of a level that end before an instant; answers the names dropped. */
  dropBefore(level: HistoryLevel, at: number): Promise<string[]>;
  /** Deletes series without a sample that were first seen before an instant; answers how many. */
  forgetSeries(before: number): Promise<number>;
}

/** samplePartitionStore makes a {@link SamplePartitionStore}. */
export function samplePartitionStore(sql: Sql): SamplePartitionStore {
  return {
    async ensure(level, fromAt, toAt) {
      const spanMs = PARTITION_MS[level];
      const made: string[] = [];
      for (const table of tablesOf(level)) {
        const present = new Set((await partitionsOf(sql, table, spanMs)).map((each) => each.name));
        for (let at = Math.floor(fromAt / spanMs) * spanMs; at < toAt; at += spanMs) {
          const name = `${table}_p${at / 1000}`;
          if (present.has(name)) continue;
          await makePartition(sql, { level, table, name, at });
          made.push(name);
        }
      }
      return made;
    },
    async dropBefore(level, at) {
      const dropped: string[] = [];
      for (const table of tablesOf(level)) {
        for (const { name, endAt } of await partitionsOf(sql, table, PARTITION_MS[level])) {
          if (endAt > at) continue;
          await sql.$executeRawUnsafe(`DROP TABLE "${name}"`);
          dropped.push(name);
        }
        if (level === "raw")
          await sql.$executeRawUnsafe(`DELETE FROM "${table}_default" WHERE at < '${iso(at)}'`);
      }
      await deleteTotals(sql, level, new Date(at));
      return dropped;
    },
    forgetSeries: (before) => deleteSeries(sql, iso(before)),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

const tablesOf = (level: HistoryLevel): readonly string[] => [END_TABLES[level], COMMIT_TABLES[level]];

/** The array columns of a table. */
const arraysOf = (level: HistoryLevel, table: string): readonly string[] => {
  if (level === "raw") return ["offsets"];
  const ends = ["at", "offsets", "total", "known"];
  return table === END_TABLES[level] ? ends : [...ends, "lags", "lag"];
};

/** One row a sweep or slot: small enough to be deleted rather than dropped. Raw totals live as long as packed rows. */
async function deleteTotals(sql: Sql, level: HistoryLevel, before: Date): Promise<void> {
  const where = { at: { lt: before } };
  if (level === "packed") await sql.clusterSample.deleteMany({ where });
  else if (level !== "raw") await sql.clusterFold.deleteMany({ where: { ...where, level } });
}

/** A series that is still sampled leaves at its first probe. */
async function deleteSeries(sql: Sql, before: string): Promise<number> {
  const commits = await sql.$executeRaw`
    DELETE FROM commit_series s WHERE first_seen_at < ${before}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM commit_sample e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM commit_packed e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM commit_minute e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM commit_ten_minute e WHERE e.series_id = s.id)`;
  const topics = await sql.$executeRaw`
    DELETE FROM topic_series s WHERE first_seen_at < ${before}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM end_sample e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM end_packed e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM end_minute e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM end_ten_minute e WHERE e.series_id = s.id)
      AND NOT EXISTS (SELECT 1 FROM commit_series c WHERE c.topic_series_id = s.id)`;
  return commits + topics;
}

/** Partitions by name: `end_sample_p1795348800` begins at that second. */
async function partitionsOf(
  sql: Sql,
  table: string,
  spanMs: number,
): Promise<{ name: string; endAt: number }[]> {
  const rows = await sql.$queryRaw<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = ${table}::regclass ORDER BY c.relname`;
  return rows.flatMap(({ name }) => {
    const begin = /^[a-z_]+_p(\d+)$/.exec(name)?.[1];
    return begin === undefined ? [] : [{ name, endAt: Number(begin) * 1000 + spanMs }];
  });
}

/**
 * Makes one partition and moves what the default one caught of its time; only raw samples may come before their
 * partition. Names and bounds cannot be parameters of DDL; both are ours. Attaching, unlike CREATE ... PARTITION OF,
 * does not lock out those who read and write the other partitions.
 */
async function makePartition(
  sql: Sql,
  { level, table, name, at }: { level: HistoryLevel; table: string; name: string; at: number },
): Promise<void> {
  const [from, to] = [at, at + PARTITION_MS[level]].map(iso);
  // Nobody inserts into the default partition between the move and the attachment.
  if (level === "raw") await sql.$executeRawUnsafe(`LOCK TABLE "${table}_default" IN ACCESS EXCLUSIVE MODE`);
  await sql.$executeRawUnsafe(`CREATE TABLE "${name}" (LIKE "${table}" INCLUDING ALL)`);
  // LIKE leaves out that no statistics are gathered on arrays, which would keep autovacuum busy for nothing.
  const unread = arraysOf(level, table).map((column) => `ALTER COLUMN "${column}" SET STATISTICS 0`);
  await sql.$executeRawUnsafe(`ALTER TABLE "${name}" ${unread.join(", ")}`);
  if (level === "raw") {
    await sql.$executeRawUnsafe(
      `WITH moved AS (DELETE FROM "${table}_default" WHERE at >= '${from}' AND at < '${to}' RETURNING *)
       INSERT INTO "${name}" SELECT * FROM moved`,
    );
  }
  await sql.$executeRawUnsafe(
    `ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}
