/** A transaction that is open on a partition: a read_committed reader is given nothing from its first record on. */
export interface OpenTransaction {
  topic: string;
  partition: number;
  producerId: bigint;
  producerEpoch: number;
  /** null where no coordinator names it. */
  transactionalId: string | null;
  /** Where its first record lies. */
  startOffset: bigint;
  /** When its producer last wrote to the partition; null when the broker does not tell. */
  lastWrittenAt: number | null;
  /** The transaction timeout its coordinator knows, ms; null where none does. */
  timeoutMs: number | null;
  /** When it began by its coordinator; where none knows it, when a sweep first saw it. */
  sinceAt: number;
  /** Records, and markers among them, that it holds back: from its first record to the end. */
  backlog: number;
  hung: boolean;
}
