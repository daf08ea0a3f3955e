import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { gapOf, ratesOf } from "#lib/domain/time/rate-series.ts";
import { reduceTable } from "#lib/domain/time/reduce.ts";
import type { TopicHistory } from "#lib/domain/topics/topic.ts";

/** A stored sweep of one topic, summed over partitions. */
export interface TopicSample {
  at: number;
  topicId: string;
  ended: number | null;
  /** Partitions with an end offset. */
  known: number;
}

/** topicHistory draws a topic's append rate from its stored sweeps, at most `points` points. */
export function topicHistory(samples: readonly TopicSample[], range: HistoryRange): TopicHistory {
  const at = samples.map((sample) => sample.at);
  const gapMs = gapOf(at);
  const sums = samples.map((each) => ({
    at: each.at,
    sum: each.ended,
    key: `${each.topicId} ${each.known}`,
  }));
  const reduced = reduceTable({ at, series: [ratesOf(sums, gapMs)] }, { ...range, gapMs });
  return {
    fromAt: range.fromAt,
    toAt: range.toAt,
    stepMs: reduced.stepMs,
    at: reduced.at,
    produceRate: reduced.series[0] ?? [],
  };
}
