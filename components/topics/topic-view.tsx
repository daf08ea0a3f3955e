"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { ApiError } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import { getTopic } from "#lib/contracts/topics.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { TopicDetail } from "#lib/domain/topics/topic.ts";

import { ReplayLink } from "./replay-link.tsx";
import { retentionSentence } from "./retention-words.ts";
import { TopicConfigs } from "./topic-configs.tsx";
import { TopicFigures } from "./topic-figures.tsx";
import { TopicPartitions } from "./topic-partitions.tsx";
import { TopicRateChart } from "./topic-rate-chart.tsx";
import { TopicReaders } from "./topic-readers.tsx";
import { TOPIC_ROLE_HINT, TOPIC_ROLE_WORD } from "./topic-role-words.ts";
import { TopicTransactions } from "./topic-transactions.tsx";
import { topicVerdict } from "./topic-verdict.ts";

interface TopicViewProps {
  cluster: string;
  topic: string;
}

/** One topic: verdict, figures, its rate, who reads it, partitions and settings. */
export function TopicView({ cluster, topic: name }: TopicViewProps) {
  const range = useTimeRange();
  const [tab, setTab] = useQueryState(
    "tab",
    parseAsStringLiteral(["partitions", "settings"]).withDefault("partitions"),
  );
  const detail = useQuery({
    ...query(getTopic, { params: { cluster, topic: name } }),
    placeholderData: keepPreviousData,
  });
  const error = useStandingError(detail);
  const topic = detail.data?.topic;
  const failures = detail.data?.failures ?? [];
  const verdict = topic && topicVerdict(topic, failures);
  const retry = () => void detail.refetch();
  const trail = [{ label: "Topics", href: paths.topics(cluster) }];
  const title = <CopyId value={name} what="topic name" />;

  if (error && topic === undefined) {
    return (
      <>
        <PageHeader title={title} trail={trail} verdict="What this topic holds is not known." />
        <TopicError
          cluster={cluster}
          name={name}
          error={error}
          onRetry={retry}
          retrying={detail.isFetching}
        />
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={title}
        trail={trail}
        verdict={verdict?.sentence}
        tone={verdict?.tone ?? "neutral"}
        meta={topic && <Age observedAt={topic.observedAt} source="Sampled from the brokers by the worker" />}
        actions={
          <>
            <Button asChild>
              <Link href={paths.records(cluster, name)}>
                <ScrollText aria-hidden size={14} className="-ml-0.5" />
                Records
              </Link>
            </Button>
            {topic && <ReplayLink cluster={cluster} topic={name} range={range} />}
            <RangeSelect range={range} />
          </>
        }
      />
      {error && (
        <div className="mb-3">
          <ApiErrorState
            look="inline"
            error={error}
            what="The newest state of this topic"
            onRetry={retry}
            retrying={detail.isFetching}
          />
        </div>
      )}
      <TopicFailures failures={failures} />
      {topic && <TopicTransactions transactions={topic.openTransactions} observedAt={topic.observedAt} />}
      <TopicFigures topic={topic} />
      <TopicFacts topic={topic} />
      <div className="mt-4 grid gap-4 xl:grid-cols-[minmax(0,11fr)_minmax(0,10fr)]">
        <TopicRateChart cluster={cluster} topic={name} range={range} />
        <TopicReaders cluster={cluster} topic={name} readers={topic?.readers} />
      </div>
      <div className="mt-5">
        <Tabs
          label="Topic details"
          value={tab}
          onValueChange={(next) => void setTab(next)}
          tabs={[
            {
              id: "partitions",
              label: "Partitions",
              ...(topic && { count: topic.partitionCount }),
              panel: <TopicPartitions topic={name} partitions={topic?.partitions} />,
            },
            {
              id: "settings",
              label: "Settings",
              panel: <TopicConfigs topic={name} configs={topic?.configs} failure={failures[0]?.reason} />,
            },
          ]}
        />
      </div>
    </>
  );
}

/** What the topic is for, how long it keeps records, in words, and its id. One line of fixed height. */
function TopicFacts({ topic }: { topic: TopicDetail | undefined }) {
  return (
    <p className="text-muted mt-2 flex min-h-6 flex-wrap items-center gap-x-3 text-xs">
      {topic && (
        <>
          {topic.role !== "base" && (
            <>
              <Badge>{TOPIC_ROLE_WORD[topic.role]}</Badge>
              <span>{TOPIC_ROLE_HINT[topic.role]}</span>
            </>
          )}
          <span>{retentionSentence(topic, topic.configs)}</span>
          {topic.topicId !== null && (
            <span className="ml-auto inline-flex items-center gap-1">
              topic id <CopyId value={topic.topicId} what="topic id" />
            </span>
          )}
        </>
      )}
    </p>
  );
}

function TopicFailures({ failures }: { failures: readonly PartialFailure[] }) {
  if (failures.length === 0) return null;
  return (
    <div className="mb-3">
      <Callout
        tone="warning"
        title="The broker did not answer all that this page asks; the rest is from the last sweep."
      >
        {failures.map(({ subject, reason }) => (
          <p key={subject}>
            {subject}: {reason}
          </p>
        ))}
      </Callout>
    </div>
  );
}

interface TopicErrorProps {
  cluster: string;
  name: string;
  error: ApiError;
  onRetry: () => void;
  retrying: boolean;
}

function TopicError({ cluster, name, error, onRetry, retrying }: TopicErrorProps) {
  if (!error.is("topic_unknown")) {
    return <ApiErrorState error={error} what={`The topic ${name}`} onRetry={onRetry} retrying={retrying} />;
  }
  return (
    <ErrorState
      title={`${cluster} has no topic ${name}`}
      detail="It was deleted, or the worker has not swept it yet: that takes up to 10 s."
      next={
        <Link href={paths.topics(cluster)} className="text-accent underline underline-offset-3">
          All topics of {cluster}
        </Link>
      }
      requestId={error.requestId}
      onRetry={onRetry}
      retrying={retrying}
    />
  );
}
