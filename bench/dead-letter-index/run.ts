/**
 * One round of the bench in a process of its own: indexes what lies in the topic into an empty database and answers,
 * as one line of JSON, how long it took.
 */
import { indexLease } from "#lib/domain/clusters/lease.ts";
import { indexDeadLetters } from "#lib/worker/loops/index-dead-letters.ts";
import { endRound, measured, openRound, type RoundCost } from "../round-worker.ts";
import { CLUSTER, DLT, PARTITIONS, SOURCE } from "./shape.ts";

/** What a round answers. */
export interface Round extends RoundCost {
  rows: number;
  counted: number;
  tableBytes: number;
}

const round = await openRound(indexLease(CLUSTER));
const { count, client, lease, ...rest } = round;
const logs = await rest.kafka.topicLogs.read([SOURCE, DLT], AbortSignal.timeout(30_000));
for (const { topic, topicId } of logs.values()) {
  await client.query(
    `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, observed_at) VALUES ($1, $2, $3, 'base', $4, 1, '{}', '{}', now())`,
    [CLUSTER, topic, topicId, PARTITIONS],
  );
}
const counted = async (): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(
    "SELECT coalesce(sum(count), 0)::int AS n FROM dead_letter_tally",
  );
  return rows[0]?.n ?? 0;
};
const settings = { previews: false, floodAt: 100_000_000 };
const cost = await measured(
  (signal) =>
    indexDeadLetters(
      { ...rest, cluster: CLUSTER, keepsKey: () => true, beatMs: 100, settings },
      lease,
      signal,
    ),
  async () => (await counted()) >= count,
);
const { rows } = await client.query<{ n: number; bytes: string }>(
  "SELECT (SELECT count(*)::int FROM dead_letter) AS n, pg_total_relation_size('dead_letter') AS bytes",
);
const [stored] = rows;
const figures: Round = {
  ...cost,
  rows: stored?.n ?? 0,
  counted: await counted(),
  tableBytes: Number(stored?.bytes ?? 0),
};
await endRound(round, figures);
