import type { PartitionLag } from "#lib/domain/groups/group.ts";

/** What the lag of a partition is told from. */
export interface LagInput {
  committed: bigint | null;
  /** null where the end could not be read. */
  end: bigint | null;
  /** null where the start is not known. */
  start: bigint | null;
  /** Whether the topic and the partition exist. */
  exists: boolean;
  /** Whether the commit stood beyond the end in the sweep before as well. */
  wasBeyond: boolean;
  /** Records among those left that a reader can be given; null where they were not counted. */
  recordsLeft: number | null;
}

/** More than this is not taken for a tail of markers. */
export const TAIL_LIMIT = 100;

/**
 * partitionLag tells the lag of one partition. A commit beyond the end is a lag of 0 once (a race of two reads) and
 * `beyond-end` when seen twice. The lag of a `lost` partition is end - committed, as Kafka's own tool says it. A
 * tail without a record for readers is `marker-tail`: its lag is 0 although Kafka's tool says otherwise.
 */
export function partitionLag(input: LagInput): PartitionLag {
  const { committed, end, start, exists, wasBeyond, recordsLeft } = input;
  if (!exists) return { state: "orphaned" };
  if (committed === null) return { state: "uncommitted" };
  if (end === null) return { state: "unknown", reason: "The end offset could not be read." };
  if (committed > end)
    return wasBeyond ? { state: "beyond-end", by: Number(committed - end) } : { state: "known", lag: 0 };
  const lag = Number(end - committed);
  if (start !== null && committed < start) return { state: "lost", lag, lost: Number(start - committed) };
  if (lag > 0 && recordsLeft === 0) return { state: "marker-tail", markers: lag };
  return { state: "known", lag };
}

/** lagOf is the number of a lag that has one; null of all other states. */
export function lagOf(lag: PartitionLag): number | null {
  if (lag.state === "marker-tail") return 0;
  return lag.state === "known" || lag.state === "lost" ? lag.lag : null;
}

/** sumLag adds the lags that have a number; null when none has. */
export function sumLag(lags: readonly PartitionLag[]): number | null {
  const known = lags.map(lagOf).filter((lag) => lag !== null);
  return known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0);
}
