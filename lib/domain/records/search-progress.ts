/** How many records a search had looked at when. */
export interface RateSample {
  /** Of a clock that only goes forward, ms. */
  atMs: number;
  records: number;
}

/**
 * recordRate is records a second over the last second of samples, the newest last; over all of them where the search
 * is younger. 0 before there is anything to tell.
 */
export function recordRate(samples: readonly RateSample[], elapsedMs: number): number {
  const newest = samples.at(-1);
  if (newest === undefined) return 0;
  const base = samples.findLast(({ atMs }) => newest.atMs - atMs >= 1_000);
  const [records, ms] =
    base === undefined
      ? [newest.records, elapsedMs]
      : [newest.records - base.records, newest.atMs - base.atMs];
  return ms <= 0 ? 0 : Math.round((records * 1_000) / ms);
}
