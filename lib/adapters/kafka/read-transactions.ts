import { describeProducersV0, describeTransactionsV0, listTransactionsV0 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedTransaction } from "#lib/domain/sweep/observation.ts";

/** A partition whose last stable offset is behind its end, with its leader. */
export interface HeldBack {
  topic: string;
  partition: number;
  leaderId: number;
}

interface Asking {
  brokers: ReadonlyMap<number, BrokerLink>;
  signal: AbortSignal;
  failures: PartialFailure[];
}

/** A transaction as its coordinator knows it. */
type Coordinated = Pick<ObservedTransaction, "transactionalId" | "startedAt" | "timeoutMs">;
const UNCOORDINATED: Coordinated = { transactionalId: null, startedAt: null, timeoutMs: null };

/**
 * readTransactions asks the leaders of partitions which transactions are open there, and then the coordinators what
 * they know of them: one DescribeProducers a leader, and where one is open, one ListTransactions and one
 * DescribeTransactions a broker. What a broker does not tell is a failure; the rest stands.
 */
export async function readTransactions(
  partitions: readonly HeldBack[],
  asking: Asking,
): Promise<ObservedTransaction[]> {
  const open = await readOpen(partitions, asking);
  if (open.length === 0) return [];
  const known = await readCoordinated([...new Set(open.map((each) => each.producerId))], asking);
  return open.map((each) => ({ ...each, ...(known.get(each.producerId) ?? UNCOORDINATED) }));
}

async function readOpen(
  partitions: readonly HeldBack[],
  { brokers, signal, failures }: Asking,
): Promise<Omit<ObservedTransaction, keyof Coordinated>[]> {
  const open: Omit<ObservedTransaction, keyof Coordinated>[] = [];
  await Promise.all(
    [...Map.groupBy(partitions, (each) => each.leaderId)].map(async ([leaderId, asked]) => {
      const link = brokers.get(leaderId);
      if (link === undefined) return;
      const topics = [...Map.groupBy(asked, (each) => each.topic)].map(([name, ofTopic]) => ({
        name,
        partitionIndexes: ofTopic.map((each) => each.partition),
      }));
      try {
        const answer = await speakNewest(link, [describeProducersV0.api], { args: [topics], signal });
        for (const { name, partitions: ofTopic } of answer.topics) {
          for (const { partitionIndex: partition, errorCode, activeProducers } of ofTopic) {
            if (errorCode !== 0) {
              const reason = `The producers of partition ${partition} cannot be read (${nameOf(errorCode)}).`;
              failures.push({ subject: `topic ${name}`, reason });
            }
            for (const producer of activeProducers) {
              if (producer.currentTxnStartOffset < 0n) continue;
              open.push({
                ...{ topic: name, partition },
                producerId: producer.producerId,
                producerEpoch: producer.producerEpoch,
                startOffset: producer.currentTxnStartOffset,
                lastWrittenAt: producer.lastTimestamp < 0n ? null : Number(producer.lastTimestamp),
              });
            }
          }
        }
      } catch (error) {
        signal.throwIfAborted();
        const reason = toKafkaError(error, link.address).message;
        failures.push({ subject: `open transactions on broker ${leaderId}`, reason });
      }
    }),
  );
  return open;
}

async function readCoordinated(
  producerIds: bigint[],
  { brokers, signal, failures }: Asking,
): Promise<Map<bigint, Coordinated>> {
  const known = new Map<bigint, Coordinated>();
  await Promise.all(
    [...brokers].map(async ([brokerId, link]) => {
      try {
        const listed = await speakNewest(link, [listTransactionsV0.api], {
          args: [[], producerIds, -1n, null],
          signal,
        });
        const ids = listed.transactionStates.map((each) => each.transactionalId);
        if (ids.length === 0) return;
        const described = await speakNewest(link, [describeTransactionsV0.api], { args: [ids], signal });
        for (const each of described.transactionStates) {
          if (each.errorCode !== 0) continue; // It ended, or its coordinator moved, since it was listed.
          known.set(each.producerId, {
            transactionalId: each.transactionalId,
            startedAt: each.transactionStartTimeMs < 0n ? null : Number(each.transactionStartTimeMs),
            timeoutMs: each.transactionTimeoutMs,
          });
        }
      } catch (error) {
        signal.throwIfAborted();
        const reason = toKafkaError(error, link.address).message;
        failures.push({ subject: `transactions of broker ${brokerId}`, reason });
      }
    }),
  );
  return known;
}
