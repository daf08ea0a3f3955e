import type { SameKeyOrder, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";

/** What must be known before the log is looked at. */
export interface OrderQuestion {
  /** Where the record was first written. */
  origin: TracedPlace;
  group: string | null;
  hasKey: boolean;
  /** The group's commit on the origin's partition; null where it has none. */
  committed: bigint | null;
  /** The log's first offset there; null where the topic or partition is gone. */
  logStart: bigint | null;
}

/** The offsets to look through for records of the key: `from` and up, below `to`. */
export interface OrderScan {
  topic: string;
  partition: number;
  from: bigint;
  to: bigint;
}

/** What a bounded scan found. */
export interface OrderFindings {
  /** Everything below this offset was looked at. */
  scannedTo: bigint;
  /** Offsets of records of the key, ascending. */
  offsets: readonly bigint[];
  /** Why it ended before its end, in a few words; null where it did not. */
  cutShort: string | null;
}

const unknown = (reason: string): SameKeyOrder => ({ state: "unknown", reason, scannedTo: null });

/** orderScanOf says what to scan to answer whether the group went past newer records of the key; or the answer. */
export function orderScanOf(question: OrderQuestion): OrderScan | SameKeyOrder {
  const { topic, partition, offset } = question.origin;
  if (!question.hasKey) return unknown("The record has no key.");
  if (question.group === null) return unknown("Its headers do not tell the group.");
  if (topic === null || partition === null || offset === null)
    return unknown("Its headers do not tell where it came from.");
  if (question.logStart === null) return unknown(`The topic ${topic} has no partition ${partition} now.`);
  if (question.committed === null)
    return unknown(`The group has no commit on partition ${partition} of ${topic}.`);
  const next = offset + 1n;
  if (question.committed <= next)
    return {
      state: "no",
      scannedFrom: next,
      scannedTo: question.committed < next ? next : question.committed,
    };
  const from = question.logStart > next ? question.logStart : next;
  if (from >= question.committed) return unknown("Retention took all that the group has read after it.");
  return { topic, partition, from, to: question.committed };
}

/** isOrderScan tells a scan from an answer. */
export function isOrderScan(one: OrderScan | SameKeyOrder): one is OrderScan {
  return !("state" in one);
}

/**
 * orderOf answers from what the scan found. A newer record that was found is a yes, however little was looked at; a
 * no needs everything from the record to the commit: what retention took or the bounds left out makes it unknown.
 */
export function orderOf(question: OrderQuestion, scan: OrderScan, found: OrderFindings): SameKeyOrder {
  const newer = found.offsets.filter((offset) => offset >= scan.from && offset < scan.to);
  const [first] = newer;
  if (first !== undefined) {
    return { state: "yes", offset: first, topic: scan.topic, partition: scan.partition, newer: newer.length };
  }
  if (found.cutShort !== null && found.scannedTo < scan.to)
    return {
      state: "unknown",
      reason: `None found up to offset ${found.scannedTo}; ${found.cutShort}.`,
      scannedTo: found.scannedTo,
    };
  const next = (question.origin.offset ?? -1n) + 1n;
  if (scan.from > next)
    return {
      state: "unknown",
      reason: `None found from offset ${scan.from} on; retention took what lay between.`,
      scannedTo: scan.to,
    };
  return { state: "no", scannedFrom: scan.from, scannedTo: scan.to };
}
