import { formatCount } from "#components/ui/format-quantity.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { ClusterOverview } from "#lib/domain/clusters/cluster.ts";

import { troubledGroups } from "./overview-verdict.ts";

interface ClusterStatsProps {
  /** `undefined` while the first answer is under way. */
  overview: ClusterOverview | undefined;
}

const LABELS = ["Total lag", "Written", "Committed", "Groups", "Topics", "Brokers"] as const;
const NO_RATE = "A rate needs two samples of the last minute.";

/** The totals and rates of a cluster, each the way to its list. */
export function ClusterStats({ overview }: ClusterStatsProps) {
  if (overview === undefined) {
    return (
      <StatRow>
        {LABELS.map((label) => (
          <Stat key={label} label={label} value={<Skeleton className="my-1 h-4.5 w-16" />} meta=" " />
        ))}
      </StatRow>
    );
  }
  const { cluster, lag, produceRate, consumeRate } = overview;
  const seen = cluster.sampling.state !== "never";
  const total = (value: number) => (
    <Quantity value={seen ? value : null} reason="No sweep has seen the cluster yet." live />
  );
  return (
    <StatRow>
      <Stat
        label="Total lag"
        value={
          <Quantity
            value={lag}
            reason="No group has a known lag."
            hint="End offset minus committed offset, summed over all groups and partitions, in records."
            live
          />
        }
        meta="records"
        href={`${paths.groups(cluster.id)}?sort=lag`}
      />
      <Stat
        label="Written"
        value={
          <Quantity
            kind="rate"
            value={produceRate}
            reason={NO_RATE}
            hint="Records appended a second to all topics, over the last minute."
            live
          />
        }
        meta="over a minute"
        href={`${paths.topics(cluster.id)}?sort=rate&order=desc`}
      />
      <Stat
        label="Committed"
        value={
          <Quantity
            kind="rate"
            value={consumeRate}
            reason={NO_RATE}
            hint="Offsets committed a second by all groups, over the last minute: a record that three groups read counts three times."
            live
          />
        }
        meta="over a minute"
        href={paths.groups(cluster.id)}
      />
      <Stat
        label="Groups"
        value={total(cluster.groupCount)}
        meta={groupsWords(overview)}
        href={paths.groups(cluster.id)}
      />
      <Stat
        label="Topics"
        value={total(cluster.topicCount)}
        href={paths.topics(cluster.id)}
        meta="with internal ones"
      />
      <Stat
        label="Brokers"
        value={total(cluster.brokerCount)}
        href={paths.brokers(cluster.id)}
        meta={reachableWords(overview)}
      />
    </StatRow>
  );
}

function groupsWords(overview: ClusterOverview): string {
  const { unknown } = overview.groupsByVerdict;
  if (overview.cluster.groupCount === 0) return "none seen";
  const troubled = troubledGroups(overview);
  if (troubled > 0) return `${formatCount(troubled)} in trouble`;
  return unknown > 0 ? `${formatCount(unknown)} not judged yet` : "all keep up";
}

function reachableWords({ cluster }: ClusterOverview): string {
  switch (cluster.reachability.state) {
    case "reachable":
      return "answering";
    case "unreachable":
      return "not answering";
    case "unknown":
      return "not asked yet";
  }
}
