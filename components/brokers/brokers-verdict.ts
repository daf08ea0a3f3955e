import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

/** The verdict of the brokers' page; `sinceAt` (epoch ms) completes the sentence where it is not null. */
export interface BrokersVerdict {
  readonly tone: Tone;
  readonly sentence: string;
  readonly sinceAt: number | null;
}

/** The worst that is true of a cluster's brokers: one is missing, then replicas out of sync, then that all is well. */
export function brokersVerdict(brokers: readonly BrokerRow[]): BrokersVerdict {
  const missing = brokers.filter(({ missingSinceAt }) => missingSinceAt !== null).sort(longestFirst);
  const first = missing[0];
  if (first !== undefined) {
    const sentence =
      missing.length === 1
        ? `Broker ${first.id} is missing; it was last in the metadata`
        : `${missing.length} of ${brokers.length} brokers are missing, broker ${first.id} the longest; it was last in the metadata`;
    return { tone: "critical", sentence, sinceAt: first.missingSinceAt };
  }
  const late = brokers.filter(({ underReplicatedCount }) => underReplicatedCount > 0);
  if (late.length > 0) {
    const count = late.reduce((sum, broker) => sum + broker.underReplicatedCount, 0);
    const leaders = late.map(({ id }) => id).join(", ");
    return {
      tone: "warning",
      sentence: `${formatCount(count)} partition${count === 1 ? " is" : "s are"} under-replicated, led by broker${late.length === 1 ? "" : "s"} ${leaders}.`,
      sinceAt: null,
    };
  }
  if (brokers.length === 0) return { tone: "neutral", sentence: "No broker was seen yet.", sinceAt: null };
  const all = brokers.length === 1 ? "The one broker is" : `All ${brokers.length} brokers are`;
  return { tone: "ok", sentence: `${all} there and every replica is in sync.`, sinceAt: null };
}

function longestFirst(a: BrokerRow, b: BrokerRow): number {
  return (a.missingSinceAt ?? 0) - (b.missingSinceAt ?? 0);
}

/** Brokers in trouble first (missing, then with most under-replicated partitions), then by id. */
export function byTrouble(a: BrokerRow, b: BrokerRow): number {
  return (
    Number(b.missingSinceAt !== null) - Number(a.missingSinceAt !== null) ||
    b.underReplicatedCount - a.underReplicatedCount ||
    a.id - b.id
  );
}
