"use client";

import { Waypoints } from "lucide-react";
import { useRouter } from "next/navigation";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { TOPIC_SORTS, type listTopics } from "#lib/contracts/topics.ts";

import { topicColumns } from "./topic-columns.tsx";
import { TOPIC_FILE } from "./topic-files.ts";
import { TOPIC_ROLE_WORD } from "./topic-role-words.ts";
import { topicsVerdict } from "./topics-verdict.ts";
import { TOPIC_TILES, useTopicsUrl, type TopicsUrl } from "./use-topics-url.ts";
import { readAllTopics, useDeadLetterTopics, useTopics } from "./use-topics.ts";

interface TopicsViewProps {
  cluster: string;
}

const NOT_SWEPT = {
  tone: "neutral",
  sentence: "Which topics the cluster has is not known: no sweep ended well yet.",
} as const;

/** The topics of a cluster: a verdict on dead letters, tiles by role, a filter and the list. */
export function TopicsView({ cluster }: TopicsViewProps) {
  const router = useRouter();
  const [url, setUrl] = useTopicsUrl();
  const { list: topics, rows, first: newest } = useTopics(cluster, url);
  const deadLetters = useDeadLetterTopics(cluster);
  const swept = newest === undefined || newest.observedAt !== null;
  const verdict = swept ? topicsVerdict(deadLetters.data?.items, newest?.counts.all) : NOT_SWEPT;
  const error = useStandingError(topics);
  const failed = error && {
    error,
    what: `The topics of ${cluster}`,
    onRetry: () => void topics.refetch(),
    retrying: topics.isFetching,
  };

  return (
    <>
      <PageHeader
        title="Topics"
        verdict={verdict?.sentence ?? (error ? "What the topics hold is not known." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={
          newest && <Age observedAt={newest.observedAt} source="Sampled from the brokers by the worker" />
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchInput
          label="Filter topics by name"
          value={url.q}
          onValueChange={(q) => void setUrl({ q })}
          className="w-64"
        />
        <TileFilter
          label="Topics by role"
          value={url.role}
          onValueChange={(role) => void setUrl({ role })}
          tiles={topicTiles(swept ? newest?.counts : undefined, url.role)}
        />
      </div>
      {failed && topics.data && (
        <div className="mb-3">
          <ApiErrorState look="inline" {...failed} />
        </div>
      )}
      <Failures failures={newest?.failures.filter(({ subject }) => subject !== `cluster ${cluster}`)} />
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          primary
          label={`Topics of ${cluster}`}
          columns={topicColumns(cluster)}
          rows={rows}
          rowKey={(row) => row.name}
          file={{
            name: [cluster, "topics"],
            columns: TOPIC_FILE,
            readAll: () => readAllTopics(cluster, url),
          }}
          sort={{ column: url.sort, order: url.order }}
          onSortChange={({ column, order }) => {
            const sort = TOPIC_SORTS.find((name) => name === column);
            if (sort !== undefined) void setUrl({ sort, order });
          }}
          resetKey={`${url.q} ${url.role}`}
          look={{
            tone: (row) =>
              row.role === "dead-letter" && (row.recordsAtMost ?? 0) > 0 ? "notice" : undefined,
          }}
          onOpen={(row) => {
            router.push(paths.topic(cluster, row.name));
          }}
          empty={<NoTopics url={url} onClear={() => void setUrl({ q: "", role: "all" })} />}
          error={failed && !topics.data ? <ApiErrorState {...failed} /> : undefined}
          footer={
            rows !== undefined &&
            rows.length > 0 && (
              <LoadMore
                noun="topics"
                shown={rows.length}
                more={topics.hasNextPage}
                busy={topics.isFetchingNextPage}
                onMore={() => void topics.fetchNextPage()}
              />
            )
          }
        />
      </div>
    </>
  );
}

type Counts = OutputOf<typeof listTopics>["counts"];

/** Kafka's internal topics are counted only where they are asked for, and belong to no other tile. */
function topicTiles(counts: Counts | undefined, role: TopicsUrl["role"]) {
  const withInternal = role === "internal";
  return TOPIC_TILES.map((id) => {
    if (counts === undefined || (id === "internal" && !withInternal)) {
      return { id, label: id === "all" ? id : TOPIC_ROLE_WORD[id], count: undefined };
    }
    if (id === "all") return { id, label: id, count: counts.all - counts.byRole.internal };
    return { id, label: TOPIC_ROLE_WORD[id], count: counts.byRole[id] };
  });
}

function Failures({ failures }: { failures: readonly { subject: string; reason: string }[] | undefined }) {
  if (failures === undefined || failures.length === 0) return null;
  return (
    <div className="mb-3">
      <Callout tone="warning" title="A part of this list could not be read.">
        {failures.map(({ subject, reason }) => (
          <p key={subject}>
            {subject}: {reason}
          </p>
        ))}
      </Callout>
    </div>
  );
}

function NoTopics({ url, onClear }: { url: TopicsUrl; onClear: () => void }) {
  if (url.q === "" && url.role === "all") {
    return (
      <EmptyState
        icon={Waypoints}
        title="No topics"
        why="The cluster has no topics besides Kafka's internal ones, or the worker has not swept it yet. A topic shows here within 10 s of its creation."
      />
    );
  }
  return (
    <EmptyState
      icon={Waypoints}
      title="No topic matches"
      why={url.q === "" ? "The cluster has no topic of this role." : `No name holds “${url.q}”.`}
      next={
        <Button size="sm" onClick={onClear}>
          Show all topics
        </Button>
      }
    />
  );
}
