"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listBrokers } from "#lib/contracts/brokers.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

import { brokerColumns } from "./broker-columns.tsx";
import { BROKER_FILE } from "./broker-file.ts";
import { brokersVerdict, byTrouble } from "./brokers-verdict.ts";

interface BrokersViewProps {
  cluster: string;
}

/** The brokers of a cluster, those in trouble first, missing ones included. */
export function BrokersView({ cluster }: BrokersViewProps) {
  const brokers = useQuery({
    ...query(listBrokers, { params: { cluster } }),
    placeholderData: keepPreviousData,
  });
  const rows = brokers.data?.items;
  const verdict = rows && brokersVerdict(rows);
  const error = useStandingError(brokers);
  const failed = error && {
    error,
    what: `The brokers of ${cluster}`,
    onRetry: () => void brokers.refetch(),
    retrying: brokers.isFetching,
  };
  // Of the cluster itself the frame tells.
  const failures = (brokers.data?.failures ?? []).filter(({ subject }) => subject !== `cluster ${cluster}`);
  return (
    <>
      <PageHeader
        title="Brokers"
        verdict={
          verdict ? (
            <>
              {verdict.sentence}
              {verdict.sinceAt !== null && (
                <>
                  {" "}
                  <RelativeTime at={verdict.sinceAt} />.
                </>
              )}
            </>
          ) : error ? (
            "How the brokers do is not known."
          ) : undefined
        }
        tone={verdict?.tone ?? "neutral"}
        meta={
          brokers.data && (
            <Age observedAt={brokers.data.observedAt} source="Sampled from the brokers by the worker" />
          )
        }
      />
      {failed && rows && (
        <div className="mb-3">
          <ApiErrorState look="inline" {...failed} />
        </div>
      )}
      {failures.length > 0 && (
        <div className="mb-3">
          <Callout tone="warning" title="A part of this page could not be read.">
            {failures.map(({ subject, reason }) => (
              <p key={subject}>
                {subject}: {reason}
              </p>
            ))}
          </Callout>
        </div>
      )}
      {rows === undefined
        ? !failed && <BrokerFigures rows={rows} />
        : rows.length > 0 && <BrokerFigures rows={rows} />}
      <div className="border-line bg-raised mt-4 overflow-hidden rounded border">
        <DataTable
          primary
          label={`Brokers of ${cluster}`}
          columns={brokerColumns(sum(rows ?? [], ({ leaderCount }) => leaderCount))}
          rows={rows && [...rows].sort(byTrouble)}
          rowKey={(row) => String(row.id)}
          file={{ name: [cluster, "brokers"], columns: BROKER_FILE }}
          skeletonRows={3}
          look={{
            tone: (row) =>
              row.missingSinceAt !== null ? "critical" : row.underReplicatedCount > 0 ? "warning" : undefined,
          }}
          empty={
            <EmptyState
              icon={Server}
              title="No broker was seen yet"
              why="The worker asks each cluster every 10 s. Until a first sweep ends well there is nothing to show."
              next={
                <Link href={paths.overview(cluster)} className="text-accent underline underline-offset-3">
                  What the overview says of {cluster}
                </Link>
              }
            />
          }
          error={failed && !rows ? <ApiErrorState {...failed} /> : undefined}
        />
      </div>
    </>
  );
}

function sum(rows: readonly BrokerRow[], of: (row: BrokerRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/** The cluster's totals; a size that one broker did not tell leaves the sum unknown. */
function BrokerFigures({ rows }: { rows: readonly BrokerRow[] | undefined }) {
  const waiting = <Skeleton className="my-1 h-5 w-16" />;
  const present = rows?.filter(({ missingSinceAt }) => missingSinceAt === null) ?? [];
  const missingCount = (rows?.length ?? 0) - present.length;
  const lateCount = sum(present, ({ underReplicatedCount }) => underReplicatedCount);
  const sizes = present.flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [sizeBytes]));
  const sizeKnown = sizes.length > 0 && sizes.length === present.length;
  return (
    <StatRow>
      <Stat
        label="Brokers"
        meta={rows === undefined ? " " : missingCount > 0 ? `${missingCount} missing` : "none missing"}
        value={rows ? <Quantity value={present.length} /> : waiting}
        {...(missingCount > 0 && { tone: "critical" as const })}
      />
      <Stat
        label="Partitions led"
        meta="each has one leader"
        value={rows ? <Quantity value={sum(present, ({ leaderCount }) => leaderCount)} /> : waiting}
      />
      <Stat
        label="Replicas"
        meta="on all brokers"
        value={rows ? <Quantity value={sum(present, ({ replicaCount }) => replicaCount)} /> : waiting}
      />
      <Stat
        label="Under-replicated"
        meta="partitions"
        value={rows ? <Quantity value={lateCount} /> : waiting}
        {...(lateCount > 0 && { tone: "warning" as const })}
      />
      <Stat
        label="Size"
        meta="all logs"
        value={
          rows ? (
            <Quantity
              kind="bytes"
              value={sizeKnown ? sizes.reduce((total, size) => total + size, 0) : null}
              reason="Not every broker told its size."
            />
          ) : (
            waiting
          )
        }
      />
    </StatRow>
  );
}
