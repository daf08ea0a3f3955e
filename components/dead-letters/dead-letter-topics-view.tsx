"use client";

import { useQuery } from "@tanstack/react-query";
import { MailQuestion, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { listDeadLetterTopics } from "#lib/contracts/dead-letter-topics.ts";
import { paths } from "#lib/contracts/paths.ts";

import { AddTopicDialog } from "./add-topic-dialog.tsx";
import { chainColumns } from "./chain-columns.tsx";
import { chainsVerdict } from "./chains-verdict.ts";
import { CHAIN_FILE } from "./dead-letter-files.ts";
import { ListFailures } from "./list-failures.tsx";
import { LOOKED_FOR } from "./no-causes.tsx";
import { TopicActions } from "./topic-actions.tsx";
import { TopicNotices } from "./topic-notices.tsx";
import { useMay } from "./use-may.ts";

interface DeadLetterTopicsViewProps {
  cluster: string;
}

/** The dead-letter topics of a cluster, each as a chain from its sources, and the way to add or leave one out. */
export function DeadLetterTopicsView({ cluster }: DeadLetterTopicsViewProps) {
  const router = useRouter();
  const wide = useWide();
  const mayChoose = useMay("dead-letters:operate") === true;
  const [adding, setAdding] = useState(false);
  const asked = useQuery(query(listDeadLetterTopics, { params: { cluster } }));
  const error = useStandingError(asked);
  const rows = asked.data?.items;
  const verdict = rows && chainsVerdict(rows);
  const columns = useMemo(
    () =>
      chainColumns({
        cluster,
        wide,
        actions: (topic) => <TopicActions cluster={cluster} topic={topic} mayChoose={mayChoose} />,
      }),
    [cluster, wide, mayChoose],
  );
  const failure = error && (
    <ApiErrorState
      error={error}
      what={`The dead-letter topics of ${cluster}`}
      look={rows === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        trail={[{ label: "Dead letters", href: paths.deadLetters(cluster) }]}
        title="Topics"
        verdict={verdict?.sentence ?? (error ? "The topics could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={asked.data && <Age observedAt={asked.data.observedAt} source="indexed by the worker" />}
        actions={
          mayChoose && (
            <Button icon={Plus} onClick={() => setAdding(true)}>
              Add a topic…
            </Button>
          )
        }
      />
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      <ListFailures failures={asked.data?.failures ?? []} />
      <TopicNotices cluster={cluster} topics={rows ?? []} here />
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label={`Dead-letter topics of ${cluster}`}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.topic}
          onOpen={(row) => {
            router.push(paths.deadLetters(cluster, row.topic));
          }}
          look={{
            tone: ({ leftOut, flood, failure: reason }) =>
              leftOut ? undefined : flood !== null ? "critical" : reason === null ? undefined : "warning",
          }}
          primary
          skeletonRows={4}
          file={{ name: [cluster, "dead-letter-topics"], columns: CHAIN_FILE }}
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={
            <EmptyState
              icon={MailQuestion}
              title="No dead-letter topic was found"
              why={`Topics of these names are followed by themselves, within 10 s of their creation: ${LOOKED_FOR}; the configuration may name others. One that is called otherwise is added by hand.`}
              {...(mayChoose
                ? { next: <Button onClick={() => setAdding(true)}>Add a topic by hand</Button> }
                : {})}
            />
          }
        />
      </div>
      {adding && <AddTopicDialog cluster={cluster} onClose={() => setAdding(false)} />}
    </>
  );
}
