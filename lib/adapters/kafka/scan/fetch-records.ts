import { createAPI, fetchV13, fetchV15, fetchV17, type API } from "@platformatic/kafka";
import type { AbortedTransaction } from "#lib/adapters/kafka/record-batches.ts";

/** What Fetch answers of one partition, its records as bytes. */
export interface FetchedRecords {
  topicId: string;
  partition: number;
  errorCode: number;
  highWatermark: bigint;
  lastStableOffset: bigint;
  aborted: readonly AbortedTransaction[];
  /** Whole batches, the last one perhaps cut short, as the socket gave them. */
  chunks: readonly Buffer[];
}

/** A Fetch answer. */
export interface FetchAnswer {
  errorCode: number;
  /** Whether a quota of the broker held records back. */
  throttled: boolean;
  partitions: FetchedRecords[];
}

type FetchArgs = Parameters<typeof fetchV17.createRequest>;
type Parsing = Parameters<typeof fetchV17.parseResponse>;

/**
 * Fetch (key 1) in the versions that name topics by id (Kafka 3.1 and later), newest first; the records are left as
 * they came. Answer: throttle_time_ms error_code session_id [topic_id [partition error_code high_watermark
 * last_stable_offset log_start_offset [producer_id first_offset] preferred_read_replica records]].
 */
export const FETCH_RECORDS_VERSIONS: readonly API<FetchArgs, FetchAnswer>[] = [
  createAPI<FetchArgs, FetchAnswer>(1, 17, fetchV17.createRequest, parse),
  createAPI<FetchArgs, FetchAnswer>(1, 15, fetchV15.createRequest, parse),
  createAPI<FetchArgs, FetchAnswer>(1, 13, fetchV13.createRequest, parse),
];

function parse(...[, , , reader]: Parsing): FetchAnswer {
  const throttled = reader.readInt32() > 0;
  const errorCode = reader.readInt16();
  reader.readInt32();
  const partitions = reader.readArray((t) => {
    const topicId = t.readUUID();
    return t.readArray((p) => partitionOf(p, topicId));
  });
  reader.readTaggedFields();
  return { errorCode, throttled, partitions: partitions.flat() };
}

function partitionOf(reader: Parsing[3], topicId: string): FetchedRecords {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const highWatermark = reader.readInt64();
  const lastStableOffset = reader.readInt64();
  reader.readInt64();
  // Kafka sends null to a read_uncommitted reader; it reads as none.
  const aborted = reader.readArray((a) => ({ producerId: a.readInt64(), firstOffset: a.readInt64() }));
  reader.readInt32();
  return {
    ...{ topicId, partition, errorCode, highWatermark, lastStableOffset, aborted },
    chunks: readChunks(reader),
  };
}

/** The records' bytes (COMPACT_RECORDS: the length and one, 0 for null) as views of the connection's own buffers. */
function readChunks(reader: Parsing[3]): readonly Buffer[] {
  const length = reader.readUnsignedVarInt() - 1;
  if (length <= 0) return [];
  const { buffers } = reader.buffer.subarray(reader.position, reader.position + length);
  reader.skip(length);
  return buffers;
}
