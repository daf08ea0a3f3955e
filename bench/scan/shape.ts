/** What is read: records of about 0.9 kB with a key and four headers, written in transactions. */
export interface Shape {
  records: number;
  partitions: number;
  /** One record in so many holds what the filter looks for. */
  oneIn: number;
}

/** The size that the reader is measured at. */
export const FULL: Shape = { records: 2_000_000, partitions: 8, oneIn: 5_000 };

/** How the batches are stored, a topic each. */
export const COMPRESSIONS = ["none", "lz4"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The topic of a compression. */
export const topicOf = (compression: Compression): string => `bench.scan.${compression}`;

/** What the filter looks for: bytes that stand in one record in `oneIn`. */
export const NEEDLE = "needle-in-the-hay";
