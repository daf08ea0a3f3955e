/** A record to write; names of headers may repeat, and their order is kept. */
export interface NewRecord {
  topic: string;
  /** null chooses by the key. */
  partition: number | null;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly { name: string; value: Uint8Array | null }[];
}

/** Where a record was written. */
export interface ProducedRecord {
  topic: string;
  partition: number;
  offset: bigint;
}
