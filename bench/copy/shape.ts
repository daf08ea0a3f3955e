/** What is copied: committed records of about 0.9 kB with a key and four headers. */
export interface Shape {
  records: number;
  partitions: number;
}

/** The size that copying is measured at. */
export const FULL: Shape = { records: 400_000, partitions: 4 };

/** The clients that copy, in the order of their turns. */
export const PEERS = ["sluice", "kafkajs", "kafkajs-1000"] as const;
export type Peer = (typeof PEERS)[number];

/** Records of one transaction. */
export const TRANSACTION: Readonly<Record<Peer, number>> = {
  sluice: 500,
  kafkajs: 500,
  "kafkajs-1000": 1_000,
};

/** One copy of a topic onto another. */
export interface CopyAsked extends Shape {
  brokers: string;
  source: string;
  target: string;
  /** Where the kafkajs loops keep their ledger; Sluice has its own topic. */
  ledger: string;
}

/** What one copy took in one process. */
export interface Round {
  records: number;
  /** From the first read to the last answer. */
  wallMs: number;
  /** User and system time of the whole process. */
  cpuMs: number;
  /** The most that was resident. */
  rssMb: number;
  transactions: number;
  /** Between a transaction's begin and its end, the median and the 99th percentile. */
  p50Ms: number;
  p99Ms: number;
}

/** roundOf is a copy's figures, by how long each transaction took. */
export function roundOf(records: number, wallMs: number, tookMs: readonly number[]): Round {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return {
    ...{ records, wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 },
    ...{ transactions: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) },
  };
}
