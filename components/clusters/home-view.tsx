"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { listClusters } from "#lib/contracts/clusters.ts";
import { paths } from "#lib/contracts/paths.ts";

/** Goes on to the overview of the first cluster of the config. */
export function HomeView() {
  const router = useRouter();
  const asked = useQuery(query(listClusters, {}));
  const first = asked.data?.items[0]?.id;
  useEffect(() => {
    if (first !== undefined) router.replace(paths.overview(first));
  }, [first, router]);
  if (asked.error && asked.data === undefined) {
    return (
      <ApiErrorState
        error={asked.error}
        what="The clusters"
        retrying={asked.isFetching}
        onRetry={() => void asked.refetch()}
      />
    );
  }
  if (asked.data === undefined || first !== undefined)
    return <PageHeader title="Overview" verdict={undefined} />;
  return (
    <EmptyState
      title="No cluster is configured"
      why="Clusters come from the config: name one in sluice.config.yaml, or set KAFKA_BROKERS, and start the console and the worker again."
    />
  );
}
