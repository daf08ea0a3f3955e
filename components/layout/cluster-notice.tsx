"use client";

import { Callout } from "#components/ui/callout.tsx";
import { formatSince } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { useNow } from "#components/ui/use-now.ts";
import { samplingAt, type ClusterSummary } from "#lib/domain/clusters/cluster.ts";

interface ClusterNoticeProps {
  cluster: ClusterSummary | undefined;
}

/** The bar above every page of a cluster that does not answer or is not sampled: what is shown is old. */
export function ClusterNotice({ cluster }: ClusterNoticeProps) {
  const now = useNow();
  if (cluster === undefined || now === null) return null;
  const { name, reachability, sampling } = cluster;
  if (reachability.state === "unreachable") {
    return (
      <div className="mb-4">
        <Callout
          tone="critical"
          title={`${name} is unreachable since ${formatSince(reachability.sinceAt, now)}.`}
        >
          {reachability.reason} What stands below is from before.
        </Callout>
      </div>
    );
  }
  if (sampling.state === "never") return null;
  const fresh = samplingAt(now, sampling.lastSampleAt);
  if (fresh.state !== "stopped") return null;
  const ago = formatDuration(Math.floor(fresh.forMs / 1_000) * 1_000);
  return (
    <div className="mb-4">
      <Callout tone="warning" title={<span className="tabular">Samples stopped {ago} ago.</span>}>
        The worker stores none for {name}; what stands below is from then. See that the worker runs.
      </Callout>
    </div>
  );
}
