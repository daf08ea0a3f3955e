import type { Sql } from "#lib/adapters/db/client.ts";

/** A partition of samples covers six hours, aligned to the epoch. */
export const PARTITION_MS = 6 * 3_600_000;
const TABLES = ["end_sample", "commit_sample"] as const;
type SampleTable = (typeof TABLES)[number];

/** SamplePartitionStore makes partitions of samples ahead of time and drops whole ones behind it. */
export interface SamplePartitionStore {
  /** Makes what is missing between two instants; answers the names made. One transaction at a time. */
  ensure(fromAt: number, toAt: number): Promise<string[]>;
  /** Drops partitions that end before an instant; answers the names dropped. */
  dropBefore(at: number): Promise<string[]>;
  /** Deletes series without a sample that were first seen before an instant; answers how many. */
  forgetSeries(before: number): Promise<number>;
}

/** samplePartitionStore makes a {@link SamplePartitionStore}. */
export function samplePartitionStore(sql: Sql): SamplePartitionStore {
  return {
    async ensure(fromAt, toAt) {
      const made: string[] = [];
      for (const table of TABLES) {
        const present = new Set((await partitionsOf(sql, table)).map((each) => each.name));
        for (let at = Math.floor(fromAt / PARTITION_MS) * PARTITION_MS; at < toAt; at += PARTITION_MS) {
          const name = nameOf(table, at);
          if (present.has(name)) continue;
          await makePartition(sql, { table, name, at });
          made.push(name);
        }
      }
      return made;
    },
    async dropBefore(at) {
      const dropped: string[] = [];
      for (const table of TABLES) {
        for (const { name, endAt } of await partitionsOf(sql, table)) {
          if (endAt > at) continue;
          await sql.$executeRawUnsafe(`DROP TABLE "${name}"`);
          dropped.push(name);
        }
        const iso = new Date(at).toISOString();
        await sql.$executeRawUnsafe(`DELETE FROM "${table}_default" WHERE at < '${iso}'`);
      }
      // One row a sweep: small enough to be deleted rather than dropped.
      await sql.clusterSample.deleteMany({ where: { at: { lt: new Date(at) } } });
      return dropped;
    },
    async forgetSeries(before) {
      const iso = new Date(before).toISOString();
      const commits = await sql.$executeRaw`
        DELETE FROM commit_series s WHERE first_seen_at < ${iso}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM commit_sample e WHERE e.series_id = s.id)`;
      const topics = await sql.$executeRaw`
        DELETE FROM topic_series s WHERE first_seen_at < ${iso}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM end_sample e WHERE e.series_id = s.id)
          AND NOT EXISTS (SELECT 1 FROM commit_series c WHERE c.topic_series_id = s.id)`;
      return commits + topics;
    },
  };
}

/** `end_sample_p1795348800`: the partition that begins at that second. */
const nameOf = (table: SampleTable, at: number): string => `${table}_p${at / 1000}`;

async function partitionsOf(sql: Sql, table: SampleTable): Promise<{ name: string; endAt: number }[]> {
  const rows = await sql.$queryRaw<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = ${table}::regclass ORDER BY c.relname`;
  return rows.flatMap(({ name }) => {
    const begin = /^[a-z_]+_p(\d+)$/.exec(name)?.[1];
    return begin === undefined ? [] : [{ name, endAt: Number(begin) * 1000 + PARTITION_MS }];
  });
}

/**
 * Makes one partition and moves what the default one caught of its time. Names and bounds cannot be parameters of
 * DDL; both are numbers of ours.
 */
async function makePartition(
  sql: Sql,
  { table, name, at }: { table: SampleTable; name: string; at: number },
): Promise<void> {
  const [from, to] = [at, at + PARTITION_MS].map((each) => new Date(each).toISOString());
  // Nobody inserts into the default partition between the move and the attachment.
  await sql.$executeRawUnsafe(`LOCK TABLE "${table}_default" IN ACCESS EXCLUSIVE MODE`);
  await sql.$executeRawUnsafe(`CREATE TABLE "${name}" (LIKE "${table}" INCLUDING ALL)`);
  await sql.$executeRawUnsafe(
    `WITH moved AS (DELETE FROM "${table}_default" WHERE at >= '${from}' AND at < '${to}' RETURNING *)
     INSERT INTO "${name}" SELECT * FROM moved`,
  );
  await sql.$executeRawUnsafe(
    `ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}
