/** CommitMove is what an offset reset made through Sluice did to the commit of one partition. */
export interface CommitMove {
  partition: number;
  /** null is "no commit". */
  from: bigint | null;
  to: bigint | null;
  /** The partition's start and end offset as the reset found them. */
  start: bigint;
  end: bigint;
}

/** Offsets that a group was moved past without reading them: `from` <= offset < `to`. */
export interface SkippedSpan {
  partition: number;
  from: bigint;
  to: bigint;
}

/**
 * skippedSpans are the offsets that the moves of one group in one topic, oldest first, took it past. A move back is
 * read from there on again, so what it lies before is skipped no more. Nobody knows where a group without a commit
 * begins: one that is given a commit has skipped all before it, one that loses it all behind it.
 */
export function skippedSpans(moves: readonly CommitMove[]): SkippedSpan[] {
  let spans: SkippedSpan[] = [];
  for (const { partition, from, to, start, end } of moves) {
    const [was, is] = [from ?? start, to ?? end];
    if (is > was) spans.push({ partition, from: was, to: is });
    else
      spans = spans.flatMap((span) =>
        span.partition === partition ? [{ ...span, to: span.to < is ? span.to : is }] : [span],
      );
    spans = spans.filter((span) => span.from < span.to);
  }
  return spans;
}

/** skipsIn says whether a span of the partition has offsets from `from` on and below `below`. */
export function skipsIn(
  spans: readonly SkippedSpan[],
  { partition, from, below }: { partition: number; from: bigint; below: bigint },
): boolean {
  return spans.some((span) => span.partition === partition && span.from < below && span.to > from);
}
