import type { GroupHistory } from "#lib/domain/groups/group.ts";
import { sumKnown } from "#lib/domain/groups/rates.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { gapOf, ratesOf, type SumPoint } from "#lib/domain/time/rate-series.ts";
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

/**
 * groupHistory draws a group's lag by topic and its rates from its stored sweeps, oldest first, at most `points` points
 * a series.
 */
export function groupHistory(samples: readonly GroupSample[], range: HistoryRange): GroupHistory {
  const at = instantsOf(samples);
  const gapMs = gapOf(at);
  const names = [...new Set(samples.map((sample) => sample.topic))].sort();
  const topics = names.map((name) =>
    topicColumns(
      samples.filter((sample) => sample.topic === name),
      { at, gapMs },
    ),
  );
  const totals = (columns: readonly (number | null)[][]): (number | null)[] =>
    at.map((_, index) => sumKnown(columns.map((column) => column[index] ?? null)));
  const commits = totals(topics.map((topic) => topic.commits));
  const ends = totals(topics.map((topic) => topic.ends));
  const table = { at, series: [...topics.map((topic) => topic.lag), commits, ends] };
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

/** Every instant once, in order. */
function instantsOf(samples: readonly GroupSample[]): number[] {
  const sorted = Float64Array.from(samples, (sample) => sample.at).sort();
  const at: number[] = [];
  for (const instant of sorted) if (instant !== at.at(-1)) at.push(instant);
  return at;
}

/** The columns of one topic, its samples oldest first, at the instants of the table. */
function topicColumns(
  samples: readonly GroupSample[],
  { at, gapMs }: { at: readonly number[]; gapMs: number },
): TopicColumns {
  const commits = ratesOf(commitPoints(samples), gapMs);
  const ends = ratesOf(
    samples.map((each) => ({ at: each.at, sum: each.ended, key: each.topicId })),
    gapMs,
  );
  const columns: TopicColumns = { lag: nulls(at), commits: nulls(at), ends: nulls(at) };
  let place = 0;
  for (const [index, sample] of samples.entries()) {
    while ((at[place] ?? sample.at) < sample.at) place += 1;
    columns.lag[place] = sample.lag;
    columns.commits[place] = commits[index] ?? null;
    columns.ends[place] = ends[index] ?? null;
  }
  return columns;
}

const nulls = (at: readonly number[]): (number | null)[] => new Array<number | null>(at.length).fill(null);

/** The sums of commits; their key is made anew only where it changes, since thousands of samples have the same. */
function commitPoints(samples: readonly GroupSample[]): SumPoint[] {
  let last: GroupSample | undefined;
  let key = "";
  return samples.map((sample) => {
    if (last?.topicId !== sample.topicId || last.known !== sample.known)
      key = `${sample.topicId} ${sample.known}`;
    last = sample;
    return { at: sample.at, sum: sample.committed, key };
  });
}
