import type { AbortedTransaction } from "#lib/adapters/kafka/record-batches.ts";
import { isControl, isTransactional, type RecordBatchFrame } from "#lib/adapters/kafka/scan/record-batch.ts";

/**
 * abortedFrames tells of the batches of one Fetch answer, asked in their order, whether their transaction was aborted.
 * Kafka lists in each answer every aborted transaction that overlaps it, those that began before it and those whose
 * marker lies behind it too; so nothing needs to be kept from one answer to the next. A producer may be listed more
 * than once: its marker ends one transaction, and the next begins where it is listed.
 */
export function abortedFrames(aborted: readonly AbortedTransaction[]): (frame: RecordBatchFrame) => boolean {
  const coming = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const open = new Set<bigint>();
  let next = 0;
  return (frame) => {
    for (; next < coming.length; next += 1) {
      const transaction = coming[next];
      if (transaction === undefined || transaction.firstOffset > frame.lastOffset) break;
      open.add(transaction.producerId);
    }
    if (isControl(frame)) open.delete(frame.producerId);
    return isTransactional(frame) && open.has(frame.producerId);
  };
}
