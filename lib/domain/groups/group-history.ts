import type { GroupHistory } from "#lib/domain/groups/group.ts";
import { sumKnown } from "#lib/domain/groups/rates.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { gapOf, ratesOf } from "#lib/domain/time/rate-series.ts";
import { reduceTable } from "#lib/domain/time/reduce.ts";

/** A sample of one group on one topic, summed over partitions: the last of its slot of time, with the greatest lag. */
export interface GroupSample {
  at: number;
  topic: string;
  topicId: string;
  lag: number | null;
  committed: number | null;
  ended: number | null;
  /** Partitions with a commit. */
  known: number;
}

/** groupHistory draws a group's lag by topic and its rates from its stored sweeps, at most `points` points a series. */
export function groupHistory(samples: readonly GroupSample[], range: HistoryRange): GroupHistory {
  const at = [...new Set(samples.map((sample) => sample.at))].sort((a, b) => a - b);
  const gapMs = gapOf(at);
  const names = [...new Set(samples.map((sample) => sample.topic))].sort();
  const topics = names.map((name) =>
    topicColumns(
      samples.filter((sample) => sample.topic === name),
      { at, gapMs },
    ),
  );
  const totals = (column: "commits" | "ends"): (number | null)[] =>
    at.map((_, index) => sumKnown(topics.map((topic) => topic[column][index] ?? null)));
  const table = { at, series: [...topics.map((topic) => topic.lag), totals("commits"), totals("ends")] };
  const reduced = reduceTable(table, { ...range, gapMs });
  return {
    fromAt: range.fromAt,
    toAt: range.toAt,
    stepMs: reduced.stepMs,
    at: reduced.at,
    series: names.map((topic, index) => ({ topic, lag: reduced.series[index] ?? [] })),
    commitRate: reduced.series[names.length] ?? [],
    endRate: reduced.series[names.length + 1] ?? [],
  };
}

interface TopicColumns {
  lag: (number | null)[];
  commits: (number | null)[];
  ends: (number | null)[];
}

/** The columns of one topic at the instants of the table. */
function topicColumns(
  samples: readonly GroupSample[],
  { at, gapMs }: { at: readonly number[]; gapMs: number },
): TopicColumns {
  const byInstant = new Map(samples.map((sample, index) => [sample.at, index]));
  const commits = ratesOf(
    samples.map((each) => ({ at: each.at, sum: each.committed, key: `${each.topicId} ${each.known}` })),
    gapMs,
  );
  const ends = ratesOf(
    samples.map((each) => ({ at: each.at, sum: each.ended, key: each.topicId })),
    gapMs,
  );
  const column = (valueAt: (index: number) => number | null | undefined): (number | null)[] =>
    at.map((instant) => {
      const index = byInstant.get(instant);
      return index === undefined ? null : (valueAt(index) ?? null);
    });
  return {
    lag: column((index) => samples[index]?.lag),
    commits: column((index) => commits[index]),
    ends: column((index) => ends[index]),
  };
}
