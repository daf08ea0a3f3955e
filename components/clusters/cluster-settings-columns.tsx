"use client";

import { Badge } from "#components/ui/badge.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { useNow } from "#components/ui/use-now.ts";
import { Duration } from "#components/ui/duration.tsx";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

/** How long a state has held; beyond a minute by the minute: a finer figure would only flicker. */
function heldFor(ageMs: number): string {
  const stepMs = ageMs < 60_000 ? 1_000 : 60_000;
  return formatDuration(Math.floor(ageMs / stepMs) * stepMs);
}

const NO_SWEEP = "No sweep ended well yet.";

/** A count of the last sweep; before the first one it is unknown, not zero. */
function countColumn(
  id: string,
  header: string,
  of: (row: ClusterSummary) => number,
): Column<ClusterSummary> {
  return {
    id,
    header,
    align: "right",
    width: "66px",
    cell: (row) => <Quantity value={row.sampling.state === "never" ? null : of(row)} reason={NO_SWEEP} />,
  };
}

/** The columns of the list of clusters in Settings. */
export function clusterSettingsColumns(): Column<ClusterSummary>[] {
  return [
    { id: "name", header: "Cluster", cell: (row) => <ClusterName cluster={row} /> },
    { id: "state", header: "Kafka", width: "204px", cell: (row) => <Reachable cluster={row} /> },
    { id: "sampling", header: "Last sample", width: "100px", cell: (row) => <Sampled cluster={row} /> },
    {
      id: "sweep",
      header: "Sweep",
      hint: "How long the last sweep of the worker took.",
      align: "right",
      width: "76px",
      cell: (row) =>
        row.sweep === null ? (
          <UnknownDash reason={NO_SWEEP} />
        ) : (
          <Duration ms={row.sweep.durationMs} hint={`${row.sweep.requests} requests to the brokers.`} />
        ),
    },
    countColumn("brokers", "Brokers", (row) => row.brokerCount),
    countColumn("topics", "Topics", (row) => row.topicCount),
    countColumn("groups", "Groups", (row) => row.groupCount),
  ];
}

function ClusterName({ cluster }: { cluster: ClusterSummary }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span
        aria-hidden
        className="border-line-strong size-2.5 shrink-0 rounded-full border"
        style={cluster.color === null ? undefined : { background: cluster.color, borderColor: cluster.color }}
      />
      <Link href={paths.overview(cluster.id)} className="link-quiet truncate font-medium">
        {cluster.name}
      </Link>
      {cluster.name !== cluster.id && (
        <code className="text-muted hidden shrink-0 text-xs xl:inline">{cluster.id}</code>
      )}
      {cluster.readOnly && <Badge>read-only</Badge>}
      {cluster.kafkaClusterId !== null && (
        <span className="text-muted ml-auto hidden shrink-0 text-xs xl:inline-flex">
          <CopyId value={cluster.kafkaClusterId} what="Kafka's cluster id" />
        </span>
      )}
    </span>
  );
}

function Reachable({ cluster: { reachability } }: { cluster: ClusterSummary }) {
  switch (reachability.state) {
    case "reachable":
      return (
        <Since
          tone="ok"
          word="answers"
          sinceAt={reachability.sinceAt}
          hint="The brokers answer the worker."
        />
      );
    case "unreachable":
      return (
        <Since
          tone="critical"
          word="does not answer"
          sinceAt={reachability.sinceAt}
          hint={reachability.reason}
        />
      );
    case "unknown":
      return <StateTag tone="neutral" word="unknown" hint={reachability.reason} />;
  }
}

interface SinceProps {
  tone: "ok" | "critical";
  word: string;
  sinceAt: number;
  hint: string;
}

/** A state and for how long it has held. */
function Since({ tone, word, sinceAt, hint }: SinceProps) {
  const now = useNow();
  return (
    <span className="flex items-baseline gap-1.5">
      <StateTag tone={tone} word={word} hint={hint} />
      <span className="text-muted truncate text-xs">for {now === null ? "…" : heldFor(now - sinceAt)}</span>
    </span>
  );
}

function Sampled({ cluster: { sampling } }: { cluster: ClusterSummary }) {
  switch (sampling.state) {
    case "live":
      return <RelativeTime at={sampling.lastSampleAt} />;
    case "stopped":
      return (
        <span className="text-warning">
          stopped <RelativeTime at={sampling.lastSampleAt} />
        </span>
      );
    case "never":
      return <UnknownDash reason="The worker has not stored a sample yet." />;
  }
}
