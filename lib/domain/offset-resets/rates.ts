/** medianReadRate is the middle of the rates at which a group read when it read, records a second; null when it did not. */
export function medianReadRate(rates: readonly (number | null)[]): number | null {
  const reading = rates.flatMap((rate) => (rate !== null && rate > 0 ? [rate] : [])).sort((a, b) => a - b);
  return reading[reading.length >> 1] ?? null;
}

/**
 * caughtUpInMs is until `lag` records are read at `consumeRate` while `produceRate` are added, both records a second;
 * null when one is unknown, or when it is never.
 */
export function caughtUpInMs(
  lag: number | null,
  { consumeRate, produceRate }: { consumeRate: number | null; produceRate: number | null },
): number | null {
  if (lag === null) return null;
  if (lag === 0) return 0;
  if (consumeRate === null || produceRate === null) return null;
  const net = consumeRate - produceRate;
  return net > 0 ? Math.round((lag / net) * 1_000) : null;
}
