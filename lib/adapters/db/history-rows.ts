import type { GroupSamplesRow, GroupSeriesRow, SeriesRow } from "#lib/adapters/db/history.sql.ts";
import { RawOffsets, sumsOf } from "#lib/adapters/db/history-sums.ts";
import type { GroupSample } from "#lib/domain/groups/group-history.ts";
import { greatestOf, inSlots, LEVEL_SHAPES, type HistoryStretch } from "#lib/domain/time/history-levels.ts";
import type { TopicSample } from "#lib/domain/topics/topic-history.ts";

/** A row with the stretch it was read for. */
interface Read<Row> {
  row: Row;
  stretch: HistoryStretch;
}

/** numbersOfText reads PostgreSQL's text of an array of numbers of any dimension, flat; as JSON, the fastest way. */
export function numbersOfText(text: string): (number | null)[] {
  const flat = text.lastIndexOf("{") > 0 ? text.replace(/[{}]/g, "") : text.replace("{", "").replace("}", "");
  return JSON.parse(`[${flat.includes("NULL") ? flat.replaceAll("NULL", "null") : flat}]`) as (
    number | null
  )[];
}

/** valuesBySlot finds the values of a row by the slot of their instants, so that those of another row can join them. */
export function valuesBySlot<V>(
  at: readonly (number | null)[],
  values: readonly V[],
  slotMs: number,
): Map<number, V> {
  const bySlot = new Map<number, V>();
  values.forEach((value, index) => bySlot.set(Math.floor((at[index] ?? 0) / slotMs), value));
  return bySlot;
}

/** Samples of a group on one topic as columns; `at` is ms since `fromAt`. */
interface GroupColumns {
  topic: string;
  topicId: string;
  fromAt: Date;
  at: (number | null)[];
  lag: (number | null)[];
  total: (number | null)[];
  ended: (number | null)[];
  known: (number | null)[];
}

/** groupSamplesOf are the samples of a group's rows, one a topic and slot, by instant. */
export function groupSamplesOf(
  rows: readonly Read<GroupSeriesRow | GroupSamplesRow>[],
  slotMs: number,
): GroupSample[] {
  const samples: GroupSample[] = [];
  for (const { row, stretch } of rows) {
    const columns = "offsets" in row ? columnsOfSamples(row) : columnsOf(row, stretch);
    const { topic, topicId } = columns;
    const base = columns.fromAt.getTime();
    columns.at.forEach((ms, index) => {
      const at = base + (ms ?? 0);
      if (at < stretch.fromAt || at >= stretch.beforeAt) return;
      const lag = columns.lag[index] ?? null;
      const committed = columns.total[index] ?? null;
      const ended = columns.ended[index] ?? null;
      samples.push({ at, topic, topicId, lag, committed, ended, known: columns.known[index] ?? 0 });
    });
  }
  return bySeries(samples, slotMs, (slot) => ({
    ...last(slot),
    lag: greatestOf(slot.map((each) => each.lag)),
  }));
}

/** The columns of raw samples. */
function columnsOfSamples(row: GroupSamplesRow): GroupColumns {
  const { topic, topicId, fromAt } = row;
  const at = numbersOfText(row.at);
  const commits = new RawOffsets(row.offsets);
  const ends = row.ends === null ? null : new RawOffsets(row.ends);
  const endAt = row.endAt === null ? [] : numbersOfText(row.endAt);
  const endIndexes = new Map(endAt.map((ms, index) => [ms, index]));
  const sums = at.map((ms, index) => {
    const endIndex = endIndexes.get(ms);
    const end = ends === null || endIndex === undefined ? null : { of: ends, index: endIndex };
    return sumsOf({ of: commits, index }, end);
  });
  return {
    ...{ topic, topicId, fromAt, at },
    lag: sums.map((each) => each.lag),
    total: sums.map((each) => each.committed),
    ended: sums.map((each) => each.ended),
    known: sums.map((each) => each.known),
  };
}

/** The columns of a folded row. */
function columnsOf(row: GroupSeriesRow, stretch: HistoryStretch): GroupColumns {
  const { topic, topicId, fromAt } = row;
  const at = numbersOfText(row.at);
  const known = numbersOfText(row.known);
  return {
    ...{ topic, topicId, fromAt, at },
    lag: numbersOfText(row.lag),
    total: numbersOfText(row.total),
    ended: endedOf(row, at, stretch.level === "raw" ? 1 : LEVEL_SHAPES[stretch.level].slotMs),
    known: known.length === at.length ? known : at.map(() => known[0] ?? 0),
  };
}

/** The ends of a row at the instants of its commits. */
function endedOf(
  { endAt, endTotal }: GroupSeriesRow,
  at: readonly (number | null)[],
  stepMs: number,
): (number | null)[] {
  if (endTotal === null) return at.map(() => null);
  const totals = numbersOfText(endTotal);
  if (endAt === null) return totals;
  const ends = valuesBySlot(numbersOfText(endAt), totals, stepMs);
  return at.map((ms) => ends.get(Math.floor((ms ?? 0) / stepMs)) ?? null);
}

/** topicSamplesOf are the samples of a topic's rows, one a topic id and slot, by instant. */
export function topicSamplesOf(rows: readonly Read<SeriesRow>[], slotMs: number): TopicSample[] {
  const samples = rows.flatMap(({ row, stretch }) => {
    const total = numbersOfText(row.total);
    const known = numbersOfText(row.known);
    const base = row.fromAt.getTime();
    return numbersOfText(row.at).flatMap<TopicSample>((ms, index) => {
      const at = base + (ms ?? 0);
      if (at < stretch.fromAt || at >= stretch.beforeAt) return [];
      return { at, topicId: row.topicId, ended: total[index] ?? null, known: known[index] ?? 0 };
    });
  });
  return bySeries(samples, slotMs, last);
}

const last = <S>(slot: readonly [S, ...S[]]): S => slot.at(-1) ?? slot[0];

/** Brings each series to one sample a slot, then all of them in the order of time. */
function bySeries<S extends { at: number; topicId: string }>(
  samples: readonly S[],
  slotMs: number,
  merge: (slot: readonly [S, ...S[]]) => S,
): S[] {
  const series = new Map<string, S[]>();
  for (const sample of samples) {
    const known = series.get(sample.topicId);
    if (known === undefined) series.set(sample.topicId, [sample]);
    else known.push(sample);
  }
  return [...series.values()].flatMap((each) => inSlots(each, slotMs, merge)).sort((a, b) => a.at - b.at);
}
