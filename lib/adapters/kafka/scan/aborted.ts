import { abortedBatches, type AbortedTransaction } from "#lib/adapters/kafka/record-batches.ts";
import { isControl, isTransactional, type RecordBatchFrame } from "#lib/adapters/kafka/scan/record-batch.ts";

/** abortedFrames is {@link abortedBatches} of a scan's frames. */
export function abortedFrames(aborted: readonly AbortedTransaction[]): (frame: RecordBatchFrame) => boolean {
  const isAborted = abortedBatches(aborted);
  return (frame) => {
    const { lastOffset, producerId } = frame;
    const told = { control: isControl(frame), transactional: isTransactional(frame) };
    return isAborted({ lastOffset, producerId, ...told });
  };
}
