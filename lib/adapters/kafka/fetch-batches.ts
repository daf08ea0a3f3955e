import { createAPI, fetchV13, fetchV15, fetchV17, type API } from "@platformatic/kafka";
import { readBatchHeaders, type FetchedBatches } from "#lib/adapters/kafka/record-batches.ts";

/** What Fetch answers of one partition, its records told by the headers of their batches. */
export interface FetchedPartition extends FetchedBatches {
  topicId: string;
  partition: number;
  errorCode: number;
}

type FetchArgs = Parameters<typeof fetchV17.createRequest>;
type Parsing = Parameters<typeof fetchV17.parseResponse>;

/**
 * Fetch (key 1) in the versions that name topics by id (Kafka 3.1 and later), newest first. The client's own parser
 * decompresses and decodes every record and gives the whole answer up at one batch that it cannot read; this one
 * reads the headers of batches. Answer: throttle_time_ms error_code session_id [topic_id [partition error_code
 * high_watermark last_stable_offset log_start_offset [producer_id first_offset] preferred_read_replica records]].
 */
export const FETCH_BATCHES_VERSIONS: readonly API<FetchArgs, FetchedPartition[]>[] = [
  createAPI<FetchArgs, FetchedPartition[]>(1, 17, fetchV17.createRequest, parse),
  createAPI<FetchArgs, FetchedPartition[]>(1, 15, fetchV15.createRequest, parse),
  createAPI<FetchArgs, FetchedPartition[]>(1, 13, fetchV13.createRequest, parse),
];

function parse(...[, , , reader]: Parsing): FetchedPartition[] {
  reader.readInt32();
  reader.readInt16();
  reader.readInt32();
  const partitions = reader.readArray((t) => {
    const topicId = t.readUUID();
    return t.readArray((p) => partitionOf(p, topicId));
  });
  reader.readTaggedFields();
  return partitions.flat();
}

function partitionOf(reader: Parsing[3], topicId: string): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt64();
  const lastStableOffset = reader.readInt64();
  reader.readInt64();
  const aborted = reader.readArray((a) => ({ producerId: a.readInt64(), firstOffset: a.readInt64() }));
  reader.readInt32();
  // The bytes are walked here: they are a view of the connection's own buffer.
  const batches = readBatchHeaders(reader.readBytes());
  return { topicId, partition, errorCode, lastStableOffset, aborted, batches };
}
