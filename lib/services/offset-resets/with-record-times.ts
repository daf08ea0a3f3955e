import type { PlanRow } from "#lib/domain/offset-resets/offset-reset.ts";
import { rangeOf } from "#lib/domain/offset-resets/plan-rows.ts";
import { refKey, type RecordAt, type RecordTime, type TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";

/** Two records a partition are read: a larger plan tells the times of its largest moves. */
const MOST_PARTITIONS = 500;

interface Dated {
  cluster: string;
  rows: readonly PlanRow[];
  logs: ReadonlyMap<string, TopicLog>;
}

/**
 * withRecordTimes reads the first and the last record of each move, for its time span and to see whether offsets are
 * records one by one. A record that cannot be read leaves its time unknown.
 */
export async function withRecordTimes(ctx: ResetCtx, { cluster, rows, logs }: Dated): Promise<PlanRow[]> {
  const asked = [...rows]
    .sort((a, b) => (b.records ?? 0) - (a.records ?? 0))
    .slice(0, MOST_PARTITIONS)
    .flatMap((row) => endsOf(row, logs));
  const times = await askBrokers(ctx, cluster, (kafka, signal) => kafka.topicLogs.recordTimes(asked, signal));
  const found = new Map<string, Extract<RecordTime, { state: "known" }>>();
  for (const each of times) if (each.state === "known") found.set(`${each.offset} ${refKey(each)}`, each);
  return rows.map((row) => {
    const range = rangeOf(row);
    if (range === null) return row;
    const first = found.get(`${range.from} ${refKey(row)}`);
    const last = found.get(`${range.to - 1n} ${refKey(row)}`);
    return {
      ...row,
      // A record beyond the range is not one of the move's.
      fromAt: first !== undefined && first.recordOffset < range.to ? first.at : null,
      toAt: last !== undefined && last.recordOffset < range.to ? last.at : null,
      atMost: row.atMost || first?.sparse === true || last?.sparse === true,
    };
  });
}

function endsOf(row: PlanRow, logs: ReadonlyMap<string, TopicLog>): RecordAt[] {
  const range = rangeOf(row);
  const topicId = logs.get(row.topic)?.topicId;
  if (range === null || topicId === undefined) return [];
  const { topic, partition } = row;
  const offsets = new Set([range.from, range.to - 1n]);
  return [...offsets].map((offset) => ({ topic, partition, topicId, offset }));
}
