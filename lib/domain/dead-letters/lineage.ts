import type { DeadLetterRow, LineageStep, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { retrySourceOf } from "#lib/domain/dead-letters/find-topics.ts";

/** A dead letter as its lineage needs it. */
export type LineageRow = Pick<
  DeadLetterRow,
  "id" | "topic" | "partition" | "offset" | "at" | "origin" | "from"
>;

/** A copy that a redrive sent. */
export interface RedriveCopy {
  topic: string;
  partition: number;
  offset: bigint;
  at: number | null;
}

/**
 * lineageOf tells where a record has been, oldest first: its source, and for each time that it failed for good the
 * copy that failed (a retry's or a redrive's, where it was not the source) and the dead letter. `others` are rows of
 * the same record and group, twins left out, in any order; a copy that a redrive sent and nothing followed is the last.
 */
export function lineageOf(
  row: LineageRow,
  others: readonly LineageRow[] = [],
  copies: readonly RedriveCopy[] = [],
): LineageStep[] {
  const rows = [row, ...others.filter(({ id }) => id !== row.id)].sort(byTime);
  const origin = rows.map((one) => one.origin).find(({ topic }) => topic !== null) ?? row.origin;
  const steps: LineageStep[] = [];
  const add = (step: LineageStep | null): void => {
    if (step !== null && !steps.some((known) => samePlace(known, step))) steps.push(step);
  };
  add(stepOf("source", origin));
  for (const one of rows) {
    add(failedCopyOf(one.from, origin, copies));
    add({
      kind: "dead-letter",
      topic: one.topic,
      partition: one.partition,
      offset: one.offset,
      at: one.at,
      id: one.id,
    });
  }
  for (const copy of [...copies].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) add(stepOf("redrive", copy));
  return steps;
}

/** Rows of partitions of one topic have no order but that of time; of one partition the offset decides. */
function byTime(a: LineageRow, b: LineageRow): number {
  if (a.topic === b.topic && a.partition === b.partition) return a.offset < b.offset ? -1 : 1;
  return a.at - b.at;
}

function failedCopyOf(
  from: TracedPlace,
  origin: TracedPlace,
  copies: readonly RedriveCopy[],
): LineageStep | null {
  const copy = copies.find((one) => samePlace(one, from));
  if (copy !== undefined) return stepOf("redrive", { ...copy, at: copy.at ?? from.at });
  return stepOf(isRedrive(from, origin) ? "redrive" : "retry", from);
}

/** A group's own way back in, or the source topic again at another place: only a redrive writes there. */
function isRedrive(from: TracedPlace, origin: TracedPlace): boolean {
  if (from.topic === null || retrySourceOf(from.topic) !== null) return false;
  return /\.redrive\.[a-z0-9-]+$/.test(from.topic) || from.topic === origin.topic;
}

function stepOf(kind: LineageStep["kind"], place: TracedPlace): LineageStep | null {
  const { topic, partition, offset, at } = place;
  return topic === null ? null : { kind, topic, partition, offset, at, id: null };
}

function samePlace(
  a: { topic: string | null; partition: number | null; offset: bigint | null },
  b: { topic: string | null; partition: number | null; offset: bigint | null },
): boolean {
  return a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
}
