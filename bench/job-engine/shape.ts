/** How many records the two jobs have. */
export interface Shape {
  /** Dead letters of 0.9 kB that are redriven. */
  letters: number;
  /** Records of 100 bytes that are replayed. */
  small: number;
}

/** The size that the engine is measured at. */
export const FULL: Shape = { letters: 1_000_000, small: 10_000_000 };

export const PARTITIONS = 4;
export const CLUSTER = "bench";
export const GROUP = "billing";
export const SOURCE = "bench.order.placed";
export const DLT = `${SOURCE}.dlt`;
export const WAY_IN = `${SOURCE}.redrive.${GROUP}`;
export const SMALL = "bench.small";
export const SMALL_COPY = "bench.small.copy";

/** The memory of a worker at an instant. */
export interface Sample {
  /** Since the job was asked for, ms. */
  atMs: number;
  rssMb: number;
}

/** What one job took. Times in ms; the claims of a job of ranges are taken at its start. */
export interface JobTimes {
  records: number;
  /** Until the selection is written down in its order. */
  frozenMs: number;
  plannedMs: number;
  claimedMs: number;
  sentMs: number;
  samples: Sample[];
}

/** The second half's highest memory may be so many times the first half's. */
export const FLAT = 1.15;

/** How the highest memory of the second half compares with that of the first; NaN where a half has no sample. */
export function growthOf(samples: readonly Sample[]): number {
  const last = samples.at(-1)?.atMs ?? 0;
  const highest = (half: readonly Sample[]): number => Math.max(...half.map(({ rssMb }) => rssMb));
  const [first, second] = [
    samples.filter(({ atMs }) => atMs < last / 2),
    samples.filter(({ atMs }) => atMs >= last / 2),
  ];
  return first.length === 0 || second.length === 0 ? Number.NaN : highest(second) / highest(first);
}
