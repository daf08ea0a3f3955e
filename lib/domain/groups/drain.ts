/**
 * drainsIn is until the lag is gone at the present rates, ms; null when there is none, when it does not shrink, or
 * when a rate is unknown. Rates are records a second.
 */
export function drainsIn(
  lag: number | null,
  consumeRate: number | null,
  produceRate: number | null,
): number | null {
  if (lag === null || lag <= 0 || consumeRate === null || produceRate === null) return null;
  const net = consumeRate - produceRate;
  return net > 0 ? Math.round((lag / net) * 1000) : null;
}
