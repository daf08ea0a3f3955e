/** A partition with its lag in records. */
export interface LaggingPartition {
  topic: string;
  partition: number;
  lag: number;
}

const LEAST_PARTITIONS = 3;
const LEAST_LAG = 100;
const TIMES_THE_OTHERS = 2;

/**
 * hotPartition finds the partition whose lag stands out: more than two standard deviations above the mean of the
 * others and twice as much as that mean, 100 records at least, among three partitions at least. null when none does.
 */
export function hotPartition(partitions: readonly LaggingPartition[]): LaggingPartition | null {
  if (partitions.length < LEAST_PARTITIONS) return null;
  const most = partitions.reduce((a, b) => (b.lag > a.lag ? b : a));
  const others = partitions.filter((each) => each !== most).map((each) => each.lag);
  const mean = others.reduce((sum, lag) => sum + lag, 0) / others.length;
  const deviation = Math.sqrt(others.reduce((sum, lag) => sum + (lag - mean) ** 2, 0) / others.length);
  const stands =
    most.lag >= LEAST_LAG && most.lag > mean + 2 * deviation && most.lag >= TIMES_THE_OTHERS * mean;
  return stands ? { topic: most.topic, partition: most.partition, lag: most.lag } : null;
}
