import type { Client } from "pg";
import type { Db } from "#lib/adapters/db/db.ts";
import { LEVEL_SHAPES, type FoldedLevel } from "#lib/domain/time/history-levels.ts";
import { ACTIVE_PERCENT, TOPICS, WIDTH } from "./shape.ts";

const BEAT_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Topics, with the groups that read them, whose day is swept and folded in full. */
export const SAMPLED = 50;

const iso = (at: number): string => new Date(at).toISOString();

/**
 * Stores every sweep of a day as raw samples: of the sampled topics, each partition with a movement of its own, and of
 * the groups that read them, which follow at a distance of their own.
 */
export async function storeDay(client: Client, dayAt: number, cluster: string): Promise<void> {
  await client.query(`
    CREATE TABLE bench_rate AS
      SELECT s.id AS series_id, p, (1e9 + random() * 1e9)::bigint AS base,
        CASE WHEN random() * 100 < ${ACTIVE_PERCENT} THEN 1 + (random() * random() * 3000)::bigint ELSE 0 END AS rate
      FROM topic_series s CROSS JOIN generate_series(1, ${WIDTH}) AS p WHERE s.id <= ${SAMPLED};
    CREATE TABLE bench_sweep AS
      SELECT n, ('${iso(dayAt)}'::timestamptz + n * interval '10 s' + random() * interval '20 ms')::timestamptz(3) AS at
      FROM generate_series(0, ${DAY_MS / BEAT_MS - 1}) AS n;
    INSERT INTO cluster_sample SELECT '${cluster}', at, 1000, 1000, 1000 FROM bench_sweep;
    INSERT INTO end_sample
      SELECT r.series_id, w.at, array_agg(r.base + r.rate * w.n + (random() * r.rate)::bigint ORDER BY r.p)
      FROM bench_sweep w CROSS JOIN bench_rate r GROUP BY w.n, w.at, r.series_id ORDER BY w.n, r.series_id;
    INSERT INTO commit_sample
      SELECT c.id, e.at, (SELECT array_agg(u.e - (random() * r.rate)::bigint ORDER BY u.p)
        FROM unnest(e.offsets) WITH ORDINALITY AS u(e, p)
        JOIN bench_rate r ON r.series_id = e.series_id AND r.p = u.p)
      FROM end_sample e JOIN commit_series c ON c.topic_series_id = e.series_id
      WHERE e.at < '${iso(dayAt + DAY_MS)}' ORDER BY e.at, c.id;
    ANALYZE;`);
}

/**
 * Copies the folded rows of the sampled day to all other topics and groups and to the days before. A copied value stays
 * compressed as it is, so a copy takes the space that a fold of its own would take.
 */
export async function copyDay(
  client: Client,
  db: Db,
  day: { at: number; days: Record<FoldedLevel, number> },
): Promise<void> {
  for (const level of ["packed", "minute", "ten-minute"] as const) {
    const days = day.days[level];
    const suffix = level.replace("-", "_");
    await db.transaction(
      (tx) => tx.samplePartitions.ensure(level, day.at - (days - 1) * DAY_MS, day.at + DAY_MS),
      {
        timeoutMs: 60_000,
      },
    );
    for (const [table, columns] of [
      [`end_${suffix}`, "at, offsets, total, known"],
      [`commit_${suffix}`, "at, offsets, total, known, lags, lag, peak"],
    ] as const) {
      for (let back = 0; back < days; back += 1) {
        await client.query(`
          INSERT INTO ${table} (series_id, from_at, ${columns})
          SELECT series_id + ${SAMPLED} * k, from_at - ${back} * interval '1 day', ${columns}
          FROM ${table} CROSS JOIN generate_series(${back === 0 ? 1 : 0}, ${TOPICS / SAMPLED - 1}) AS k
          WHERE from_at >= '${iso(day.at)}' AND from_at < '${iso(day.at + DAY_MS)}' AND (series_id - 1) % ${TOPICS} < ${SAMPLED}
          ORDER BY from_at, k`);
      }
    }
  }
  await client.query(`
    INSERT INTO cluster_fold SELECT level, cluster, at - back * interval '1 day', produce_rate, consume_rate, lag
    FROM cluster_fold CROSS JOIN LATERAL generate_series(1,
      CASE level WHEN 'minute' THEN ${day.days.minute} ELSE ${day.days["ten-minute"]} END - 1) AS back`);
  for (const level of ["packed", "minute", "ten-minute"] as const) {
    const { rowMs } = LEVEL_SHAPES[level];
    await client.query("UPDATE history_span SET from_at = $2 WHERE level = $1", [
      level,
      new Date(Math.floor((day.at - (day.days[level] - 1) * DAY_MS) / rowMs) * rowMs),
    ]);
  }
}

/** Stores raw samples of every topic and group since an instant: as many as wait at most before they are packed. */
export async function storeOpen(
  client: Client,
  fromAt: number,
  toAt: number,
  cluster: string,
): Promise<void> {
  const sweeps = `generate_series('${iso(fromAt)}'::timestamptz, '${iso(toAt - 1)}'::timestamptz, interval '10 s') AS w(at)`;
  await client.query(`
    INSERT INTO cluster_sample SELECT '${cluster}', at, 1000, 1000, 1000 FROM ${sweeps};
    INSERT INTO end_sample SELECT s.id, w.at, t.end_offsets FROM ${sweeps} CROSS JOIN topic_series s
      JOIN topic_state t ON t.cluster = s.cluster AND t.topic_id = s.topic_id ORDER BY w.at, s.id;
    INSERT INTO commit_sample SELECT c.id, w.at, t.end_offsets FROM ${sweeps} CROSS JOIN commit_series c
      JOIN topic_series s ON s.id = c.topic_series_id
      JOIN topic_state t ON t.cluster = s.cluster AND t.topic_id = s.topic_id ORDER BY w.at, c.id`);
}

/** The disk space of the history by its parts, bytes, indexes and out-of-line storage included. */
export async function spaceOf(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ part: string; bytes: string }>(`
    SELECT split_part(parent, '_', 1) || 's, ' || replace(substr(parent, strpos(parent, '_') + 1), '_', '-') AS part,
      sum(pg_total_relation_size(tree.relid)) AS bytes
    FROM unnest(ARRAY['end_sample', 'commit_sample', 'end_packed', 'commit_packed', 'end_minute', 'commit_minute',
      'end_ten_minute', 'commit_ten_minute']) WITH ORDINALITY AS p(parent, n)
    CROSS JOIN LATERAL pg_partition_tree(parent::regclass) AS tree GROUP BY parent, n
    UNION ALL SELECT 'clusters', pg_total_relation_size('cluster_sample') + pg_total_relation_size('cluster_fold')
    UNION ALL SELECT 'series', pg_total_relation_size('topic_series') + pg_total_relation_size('commit_series')`);
  return Object.fromEntries(rows.map(({ part, bytes }) => [part, Number(bytes)]));
}
