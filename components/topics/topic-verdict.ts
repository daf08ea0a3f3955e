import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";
import type { TopicDetail, TopicPartition, TopicReader, TopicRow } from "#lib/domain/topics/topic.ts";

/** One sentence of verdict and how bad it is. */
export interface PageVerdict {
  readonly tone: Tone;
  readonly sentence: string;
}

/** What a reader's verdict says of it on this topic, after its name: "payments falls behind here". */
const READER_SAYS: Record<TopicReader["verdict"], string> = {
  rewind: "went back and has not returned",
  stall: "is stuck: its commits do not move",
  stop: "has stopped: nobody reads for it",
  warn: "falls behind",
  ok: "keeps up",
  unknown: "cannot be judged yet",
};

/** Whether a partition's replicas are fewer in sync than there should be. */
export function isUnderReplicated(partition: TopicPartition): boolean {
  return partition.isrIds.length < partition.replicaIds.length;
}

/** Whether a partition is known to have no leader: its replicas are known, its leader is none of them. */
export function isLeaderless(partition: TopicPartition): boolean {
  return partition.leaderId === null && partition.replicaIds.length > 0;
}

/**
 * The worst thing that is true of a topic now, as a sentence: partitions that cannot be used, then replicas out of
 * sync, then hung transactions, then its readers, then dead letters, then how it flows. What the broker did not answer is not judged.
 */
export function topicVerdict(topic: TopicDetail, failures: readonly PartialFailure[]): PageVerdict {
  return (
    partitionTrouble(topic.partitions) ??
    transactionTrouble(topic.openTransactions) ??
    readerTrouble(topic.readers) ??
    deadLetters(topic) ??
    flow(topic, failures)
  );
}

function partitionTrouble(partitions: readonly TopicPartition[]): PageVerdict | null {
  const of = `of ${partitions.length} partition${partitions.length === 1 ? "" : "s"}`;
  const leaderless = partitions.filter(isLeaderless).length;
  if (leaderless > 0) {
    const verb = leaderless === 1 ? "has" : "have";
    return {
      tone: "critical",
      sentence: `${leaderless} ${of} ${verb} no leader: nothing can be written there or read from there.`,
    };
  }
  const behind = partitions.filter(isUnderReplicated);
  if (behind.length === 0) return null;
  const late = new Set(
    behind.flatMap(({ replicaIds, isrIds }) => replicaIds.filter((id) => !isrIds.includes(id))),
  );
  const brokers = [...late].sort((a, b) => a - b).join(", ");
  const verb = behind.length === 1 ? "is" : "are";
  const not = late.size === 1 ? `broker ${brokers} is not in sync` : `brokers ${brokers} are not in sync`;
  return { tone: "warning", sentence: `${behind.length} ${of} ${verb} under-replicated: ${not}.` };
}

function transactionTrouble(transactions: TopicDetail["openTransactions"]): PageVerdict | null {
  const hung = transactions.filter((each) => each.hung);
  if (hung.length === 0) return null;
  const backlog = hung.reduce((sum, each) => sum + each.backlog, 0);
  const who =
    hung.length === 1 ? "A hung transaction holds" : `${formatCount(hung.length)} hung transactions hold`;
  const what = backlog === 1 ? "1 record" : `${formatCount(backlog)} records`;
  return { tone: "warning", sentence: `${who} ${what} back from read_committed readers.` };
}

function readerTrouble(readers: readonly TopicReader[]): PageVerdict | null {
  const worst = [...readers].sort(byTrouble)[0];
  if (worst === undefined || worst.verdict === "ok" || worst.verdict === "unknown") return null;
  const others = readers.filter(({ verdict }) => verdict !== "ok" && verdict !== "unknown").length - 1;
  const lag =
    worst.lag === null ? "" : `, ${formatCount(worst.lag)} ${worst.lag === 1 ? "record" : "records"} behind`;
  const more = others > 0 ? `; ${others} more ${others === 1 ? "group is" : "groups are"} in trouble` : "";
  return {
    tone: VERDICT_WORDS[worst.verdict].tone,
    sentence: `${worst.group} ${READER_SAYS[worst.verdict]}${lag}${more}.`,
  };
}

/** Readers worst first: verdict, then lag. */
export function byTrouble(a: TopicReader, b: TopicReader): number {
  return (
    VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
    (b.lag ?? -1) - (a.lag ?? -1) ||
    a.group.localeCompare(b.group)
  );
}

function deadLetters(topic: TopicRow): PageVerdict | null {
  if (topic.role !== "dead-letter" || topic.recordsAtMost === null || topic.recordsAtMost === 0) return null;
  const noun = topic.recordsAtMost === 1 ? "dead letter" : "dead letters";
  return { tone: "notice", sentence: `Holds ${formatCount(topic.recordsAtMost)} ${noun} at most.` };
}

function flow(topic: TopicDetail, failures: readonly PartialFailure[]): PageVerdict {
  if (topic.role === "dead-letter" && topic.recordsAtMost === 0) {
    return { tone: "ok", sentence: "No dead letters: every record found its way." };
  }
  const arriving =
    topic.produceRate === null
      ? "its rate is not known yet"
      : topic.produceRate === 0
        ? "nothing was written in the last minute"
        : `${formatQuantity("rate", topic.produceRate)} arrive`;
  const count = topic.readers.length;
  const read =
    count === 0
      ? "No group reads it"
      : count === 1
        ? `${topic.readers[0]?.group ?? "1 group"} reads it`
        : `${count} groups read it`;
  const judged = count > 0 && topic.readers.every(({ verdict }) => verdict === "ok");
  const keeps = judged ? (count === 1 ? " and keeps up" : " and keep up") : "";
  const certain = judged && failures.length === 0;
  return { tone: certain ? "ok" : "neutral", sentence: `${read}${keeps}; ${arriving}.` };
}
