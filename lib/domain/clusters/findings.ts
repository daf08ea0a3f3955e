import type { BrokerRow } from "#lib/domain/brokers/broker.ts";
import type { ClusterSummary, Finding, PartialFailure } from "#lib/domain/clusters/cluster.ts";
import { TONES } from "#lib/domain/health/tone.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import { TROUBLED_VERDICTS, type Verdict } from "#lib/domain/groups/verdict.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";
import { durationPhrase, partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** What the findings of a cluster are told from. */
export interface FindingsInput {
  now: number;
  cluster: ClusterSummary;
  /** The last change of Kafka's own cluster id; null where there was none. */
  idChange: { previousId: string; at: number } | null;
  brokers: readonly BrokerRow[];
  /** Groups, worst first; those that are neither in trouble nor outpaced are passed over. */
  groups: readonly {
    id: string;
    verdict: Verdict;
    reason: string;
    lag: number | null;
    timeLagMs: number | null;
    drainsInMs: number | null;
  }[];
  topics: readonly { name: string; leaderless: number; underReplicated: number }[];
  /** Those that hang; open ones that do not are passed over. */
  transactions: readonly OpenTransaction[];
  failures: readonly PartialFailure[];
}

/** findingsOf says what is wrong with a cluster now, a sentence each, worst first. */
export function findingsOf(input: FindingsInput): Finding[] {
  const findings = [
    ...ofCluster(input),
    ...ofIdChange(input),
    ...ofBrokers(input),
    ...ofTopics(input),
    ...ofTransactions(input),
    ...ofGroups(input),
    ...ofFailures(input),
  ];
  return findings
    .map((finding, index) => ({ finding, index }))
    .sort((a, b) => TONES.indexOf(a.finding.tone) - TONES.indexOf(b.finding.tone) || a.index - b.index)
    .map(({ finding }) => finding);
}

function ofCluster({ cluster, now }: FindingsInput): Finding[] {
  const about = { feature: "clusters", subject: cluster.id } as const;
  const { reachability, sampling } = cluster;
  if (reachability.state === "unreachable") {
    const since = durationPhrase(now - reachability.sinceAt);
    return [
      {
        tone: "critical",
        ...about,
        sentence: `${cluster.name} cannot be reached for ${since}. ${reachability.reason}`,
      },
    ];
  }
  if (sampling.state === "stopped") {
    const ago = durationPhrase(sampling.forMs);
    return [
      {
        tone: "critical",
        ...about,
        sentence: `Samples stopped ${ago} ago: no worker is sweeping ${cluster.name}.`,
      },
    ];
  }
  if (sampling.state === "never") {
    return [{ tone: "notice", ...about, sentence: `No sample of ${cluster.name} is stored yet.` }];
  }
  return [];
}

/** How long a changed cluster id is told: as long as the history of minutes reaches back. */
const ID_CHANGE_TOLD_MS = 7 * 24 * 3_600_000;

function ofIdChange({ cluster, idChange, now }: FindingsInput): Finding[] {
  if (idChange === null || now - idChange.at >= ID_CHANGE_TOLD_MS) return [];
  const ago = durationPhrase(now - idChange.at);
  return [
    {
      ...{ tone: "warning", feature: "clusters", subject: cluster.id },
      sentence:
        `Another Kafka cluster answers as ${cluster.name} since ${ago}: its id was ${idChange.previousId} and is ` +
        `${cluster.kafkaClusterId ?? "not told"}. What is stored from before speaks of the other.`,
    },
  ];
}

function ofBrokers({ brokers, now }: FindingsInput): Finding[] {
  return brokers.flatMap(({ id, missingSinceAt }): Finding[] => {
    if (missingSinceAt === null) return [];
    const since = durationPhrase(now - missingSinceAt);
    return [
      {
        tone: "critical",
        feature: "brokers",
        subject: String(id),
        sentence: `Broker ${id} is missing for ${since}.`,
      },
    ];
  });
}

function ofTopics({ topics }: FindingsInput): Finding[] {
  return topics.map(({ name, leaderless, underReplicated }) =>
    leaderless > 0
      ? {
          tone: "critical",
          feature: "topics",
          subject: name,
          sentence: `${name} has no leader on ${partitionsPhrase(leaderless)}: nobody can write or read there.`,
        }
      : {
          tone: "warning",
          feature: "topics",
          subject: name,
          sentence: `${name} lacks in-sync replicas on ${partitionsPhrase(underReplicated)}.`,
        },
  );
}

function ofTransactions({ transactions, now }: FindingsInput): Finding[] {
  return transactions
    .filter((each) => each.hung)
    .map(({ topic, partition, producerId, transactionalId, backlog, sinceAt }) => {
      const id = transactionalId === null ? "" : ` (id ${transactionalId})`;
      const who = `A hung transaction of producer ${producerId}${id}`;
      const what = `${recordsPhrase(backlog)} of ${topic} p ${partition}`;
      const sentence = `${who} holds back ${what} for ${durationPhrase(now - sinceAt)}.`;
      return { tone: "critical", feature: "topics", subject: topic, sentence };
    });
}

/** A group that is further behind than this and does not gain is worth a notice, whatever its verdict still says. */
const OUTPACED_AFTER_MS = 30_000;

type GroupEvidence = FindingsInput["groups"][number];

/** A healthy verdict looks back over its whole window; an operator hears of a group that loses ground before. */
function isOutpaced({ verdict, lag, timeLagMs, drainsInMs }: GroupEvidence): boolean {
  return verdict === "ok" && (lag ?? 0) > 0 && drainsInMs === null && (timeLagMs ?? 0) > OUTPACED_AFTER_MS;
}

function ofGroups({ groups }: FindingsInput): Finding[] {
  return groups.flatMap((group): Finding[] => {
    const { id, verdict, reason, lag, timeLagMs } = group;
    if (!TROUBLED_VERDICTS.some((each) => each === verdict) && !isOutpaced(group)) return [];
    const behind = [
      ...(lag === null ? [] : [recordsPhrase(lag)]),
      ...(timeLagMs === null || timeLagMs === 0 ? [] : [durationPhrase(timeLagMs)]),
    ].join(", ");
    const { tone: said } = VERDICT_WORDS[verdict];
    const tone = said === "critical" || said === "warning" ? said : "notice";
    const sentence = `${id}${behind === "" ? "" : ` is ${behind} behind`}. ${reason}`;
    return [{ tone, feature: "groups", subject: id, sentence }];
  });
}

function ofFailures({ failures, cluster }: FindingsInput): Finding[] {
  return failures.slice(0, 5).map(({ subject, reason }) => ({
    tone: "notice",
    feature: "clusters",
    subject: cluster.id,
    sentence: `The last sweep misses ${subject}: ${reason}`,
  }));
}
