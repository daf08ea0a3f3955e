import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";

/** LEDGER_TOPIC holds one record a transaction of every job; read committed from a job's start it tells what was sent. */
export const LEDGER_TOPIC = "_sluice.ledger";
export const LEDGER_PARTITIONS = 12;
export const LEDGER_RETENTION_MS = 30 * 24 * 3_600_000;

/**
 * LedgerEntry is what one transaction did. `from` <= position < `to`: rows by `seq` for plans by id, source offsets of
 * `range` for ranges. `skipped` are the positions in between that were not sent; the sent ones stand in `targets` in
 * their order, a partition's copies at `baseOffset`, `baseOffset + 1`, and so on.
 */
export interface LedgerEntry {
  job: string;
  /** Who wrote it; absent in entries that nobody else could have written beside. */
  by?: LedgerWriter | undefined;
  /** The index of the range; null for plans by id. */
  range: number | null;
  from: bigint;
  to: bigint;
  skipped: bigint[];
  targets: { topic: string; partition: number; baseOffset: bigint; count: number }[];
}

/**
 * LedgerWriter is one recovery and what was sent after it: the epoch of the lease, and how often its holder had
 * recovered. The later one knows what the earlier had written when it began.
 */
export interface LedgerWriter {
  epoch: number;
  recovery: number;
}

/** ledgerPartitionOf is the ledger's partition of a job, by its id. */
export function ledgerPartitionOf(job: string): number {
  return partitionOfKey(new TextEncoder().encode(job), LEDGER_PARTITIONS);
}
