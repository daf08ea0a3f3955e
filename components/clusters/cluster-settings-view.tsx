"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import { useRouter } from "next/navigation";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listClusters } from "#lib/contracts/clusters.ts";
import { paths } from "#lib/contracts/paths.ts";

import { CLUSTER_FILE } from "./cluster-file.ts";
import { clusterSettingsColumns } from "./cluster-settings-columns.tsx";
import { clusterSettingsVerdict, isInTrouble } from "./cluster-settings-verdict.ts";

const EXAMPLE = `clusters:
  - id: staging              # in addresses: a-z, 0-9 and dashes
    name: Staging
    color: "#2f6bd8"         # the line over the page
    brokers: [kafka-1:9092, kafka-2:9092]
  - id: production
    name: Production
    color: "#b3261b"
    readOnly: true           # nothing on it can be changed from here
    brokers: [kafka.example.com:9093]
    tls: true                # or {ca, cert, key}: PEM texts
    sasl: { mechanism: scram-sha-512, username: sluice, password: "\${KAFKA_PASSWORD}" }`;

/** The clusters of the config: whether each answers and is sampled, and how to add one. */
export function ClusterSettingsView() {
  const router = useRouter();
  const clusters = useQuery({ ...query(listClusters, {}), placeholderData: keepPreviousData });
  const rows = clusters.data?.items;
  const verdict = rows && clusterSettingsVerdict(rows);
  const error = useStandingError(clusters);
  const failed = error && {
    error,
    what: "The clusters",
    onRetry: () => void clusters.refetch(),
    retrying: clusters.isFetching,
  };
  return (
    <>
      <PageHeader
        title="Clusters"
        verdict={verdict?.sentence ?? (error ? "How the clusters do is not known." : undefined)}
        tone={verdict?.tone ?? "neutral"}
      />
      {failed && rows && (
        <div className="mb-3">
          <ApiErrorState look="inline" {...failed} />
        </div>
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          primary
          label="Clusters"
          columns={clusterSettingsColumns()}
          rows={rows}
          rowKey={(row) => row.id}
          file={{ name: ["clusters"], columns: CLUSTER_FILE }}
          skeletonRows={2}
          look={{ tone: (row) => (isInTrouble(row) ? "critical" : undefined) }}
          onOpen={(row) => {
            router.push(paths.overview(row.id));
          }}
          empty={<EmptyState icon={Boxes} title="No clusters" why="The configuration names none." />}
          error={failed && !rows ? <ApiErrorState {...failed} /> : undefined}
        />
      </div>
      <section aria-labelledby="add-cluster" className="mt-6 max-w-180">
        <h2 id="add-cluster" className="text-sm font-semibold">
          Add or change a cluster
        </h2>
        <p className="text-muted mt-1 mb-3 text-sm">
          Clusters come from the configuration file alone, which <code>SLUICE_CONFIG</code> names. Change it
          there and restart the console and the worker. Secrets are read from the environment and never leave
          the server.
        </p>
        <CodeBlock label="sluice.config.yaml" code={EXAMPLE} />
      </section>
    </>
  );
}
