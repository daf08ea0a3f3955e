import { createAPI, produceV10, produceV11, produceV9, Writer, type API } from "@platformatic/kafka";

/** A whole batch for one partition, encoded. */
interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** ProduceBatches is one request to one leader. */
export interface ProduceBatches {
  /** null where no transaction is open. */
  readonly transactionalId: string | null;
  /** How long the leader waits for its followers, ms. */
  readonly replicationLimitMs: number;
  /** One a partition at the most. */
  readonly batches: readonly PartitionBatch[];
}

type ProduceAnswer = ReturnType<typeof produceV11.parseResponse>;

const ACKS_OF_ALL = -1;

/**
 * Produce (key 0) of batches that are encoded already, newest version first: transactional_id acks timeout_ms [topic
 * [index records]]. From version 12 on a broker would add partitions to the transaction by itself.
 */
export const PRODUCE_BATCHES_VERSIONS: readonly API<[ProduceBatches], ProduceAnswer>[] = [
  createAPI<[ProduceBatches], ProduceAnswer>(0, 11, createRequest, produceV11.parseResponse),
  createAPI<[ProduceBatches], ProduceAnswer>(0, 10, createRequest, produceV10.parseResponse),
  createAPI<[ProduceBatches], ProduceAnswer>(0, 9, createRequest, produceV9.parseResponse),
];

function createRequest({ transactionalId, replicationLimitMs, batches }: ProduceBatches): Writer {
  const topics = [...Map.groupBy(batches, (each) => each.topic)];
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ACKS_OF_ALL)
    .appendInt32(replicationLimitMs)
    .appendArray(topics, (w, [topic, ofTopic]) => {
      w.appendString(topic).appendArray(ofTopic, (p, { partition, batch }) => {
        p.appendInt32(partition).appendBytes(batch);
      });
    })
    .appendTaggedFields();
}
