/** Points of a sparkline: one a minute. */
export const SPARK_POINTS = 60;
const MINUTE_MS = 60_000;

/** Spark is the greatest lag of each minute of the last hour, oldest first; `endAt` begins its last minute. */
export interface Spark {
  endAt: number;
  values: (number | null)[];
}

const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

/** addToSpark takes one more lag in; an unknown lag leaves its minute as it is. */
export function addToSpark(spark: Spark | null, at: number, lag: number | null): Spark {
  const values = sparkAt(spark, at);
  const last = values.at(-1) ?? null;
  if (lag !== null) values[SPARK_POINTS - 1] = last === null ? lag : Math.max(last, lag);
  return { endAt: minuteOf(at), values };
}

/** sparkAt is the sparkline as it reads at `now`: minutes without a sample are null, those to come are none. */
export function sparkAt(spark: Spark | null, now: number): (number | null)[] {
  const empty = new Array<number | null>(SPARK_POINTS).fill(null);
  if (spark === null) return empty;
  const minutes = Math.round((minuteOf(now) - spark.endAt) / MINUTE_MS);
  const shift = Math.min(SPARK_POINTS, Math.max(0, minutes));
  return [...spark.values, ...empty].slice(shift, shift + SPARK_POINTS);
}
