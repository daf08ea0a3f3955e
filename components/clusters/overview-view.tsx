"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { useOpenCauses } from "#lib/client/use-open-causes.ts";
import { useSagaCounts } from "#lib/client/use-saga-counts.ts";
import { getCluster } from "#lib/contracts/clusters.ts";
import type { ClusterOverview } from "#lib/domain/clusters/cluster.ts";
import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";

import { ClusterCharts } from "./cluster-charts.tsx";
import { ClusterStats } from "./cluster-stats.tsx";
import { deadLetterFindings, withFindings } from "./dead-letter-findings.ts";
import { FindingList } from "./finding-list.tsx";
import { overviewVerdict, unnamedGroups } from "./overview-verdict.ts";
import { sagaFindings } from "./saga-findings.ts";

interface OverviewViewProps {
  cluster: string;
  /** Charts of other features, below the cluster's own. */
  more?: ReactNode;
}

/** A worker that died sends no hint: what it no longer does is asked for once a beat. */
const SILENCE_MS = SWEEP_BEAT_MS;

/** What is wrong on a cluster now, worst first, then its totals, rates and the lag of its worst groups. */
export function OverviewView({ cluster: id, more }: OverviewViewProps) {
  const range = useTimeRange();
  const asked = useQuery({
    ...query(getCluster, { params: { cluster: id } }),
    placeholderData: keepPreviousData,
    refetchInterval: SILENCE_MS,
  });
  const open = useOpenCauses(id).data?.items;
  const sagas = useSagaCounts().data?.items;
  const overview = asked.data && {
    ...asked.data,
    findings: withFindings(asked.data.findings, [
      ...deadLetterFindings(open ?? []),
      ...sagaFindings(sagas ?? []),
    ]),
  };
  const verdict = overview && overviewVerdict(overview);
  const failure = asked.error && (
    <ApiErrorState
      error={asked.error}
      what={`The cluster ${id}`}
      look={overview === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-2">
            Overview
            {overview?.cluster.readOnly === true && <Badge>read-only</Badge>}
          </span>
        }
        verdict={verdict?.sentence ?? (failure === null ? undefined : "The cluster could not be read.")}
        tone={verdict?.tone ?? "neutral"}
        meta={overview && <SampledMeta overview={overview} />}
        actions={<RangeSelect range={range} />}
      />
      {failure !== null && <div className="mb-4">{failure}</div>}
      {(failure === null || overview !== undefined) && (
        <div className="flex flex-col gap-4">
          <FindingList
            cluster={id}
            findings={overview?.findings}
            unnamedGroups={overview === undefined ? 0 : unnamedGroups(overview)}
            quiet={overview === undefined ? "" : quietSentence(overview)}
          />
          <ClusterStats overview={overview} />
          <ClusterCharts cluster={id} range={range} />
          {more}
        </div>
      )}
    </>
  );
}

function SampledMeta({ overview: { cluster, findings } }: { overview: ClusterOverview }) {
  const { sampling, sweep } = cluster;
  const hint =
    sweep === null
      ? "swept from the brokers by the worker"
      : `swept from the brokers by the worker: ${formatCount(sweep.requests)} requests in ${formatCount(sweep.durationMs)} ms`;
  return (
    <MetaLine>
      {findings.length > 0 && sampling.state === "live" && <span>all else is quiet</span>}
      {sampling.state !== "never" && (
        <span>
          {formatCount(cluster.groupCount)} groups · {formatCount(cluster.topicCount)} topics
        </span>
      )}
      <Age observedAt={sampling.state === "never" ? null : sampling.lastSampleAt} source={hint} />
    </MetaLine>
  );
}

/** What stands where findings would: what was looked at and found well. */
function quietSentence({ cluster, groupsByVerdict }: ClusterOverview): string {
  if (cluster.sampling.state === "never")
    return "The first sample is stored within 10 s of the worker's start.";
  const unjudged = groupsByVerdict.unknown;
  const groups =
    unjudged === 0
      ? "No group falls behind or is stuck"
      : `No group falls behind or is stuck, as far as is known: ${formatCount(unjudged)} cannot be judged yet`;
  return `${groups}; every broker answers and every partition has its replicas.`;
}
