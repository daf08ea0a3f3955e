"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { useEffect, useEffectEvent } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { isTyping } from "#components/ui/is-typing.ts";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import type { ApiError } from "#lib/client/call.ts";
import { paths } from "#lib/contracts/paths.ts";
import { DECODERS } from "#lib/domain/records/record.ts";

import { CopyLinkButton } from "./copy-link-button.tsx";
import { ProduceButton } from "./produce-button.tsx";
import { RecordDetail } from "./record-detail.tsx";
import type { RecordAt } from "./record-key.ts";
import { RepublishLink } from "./republish-link.tsx";
import { republishOne } from "./republish-of.ts";
import { useRecord } from "./use-record.ts";

interface RecordViewProps {
  cluster: string;
  topic: string;
  partition: number;
  offset: bigint;
}

const decoder = parseAsStringLiteral([...DECODERS, "auto"]).withDefault("auto");

/** One record on a page of its own; the arrow keys go along its partition. */
export function RecordView({ cluster, topic, partition, offset }: RecordViewProps) {
  const [decode, setDecode] = useQueryStates({ keyAs: decoder, valueAs: decoder });
  const at = { topic, partition, offset };
  const asked = useRecord({ cluster, at, ...decode });
  const read = asked.data?.record.offset === offset ? asked.data : undefined;
  const place = `partition ${partition}, offset ${formatCount(offset)}`;
  return (
    <>
      <PageHeader
        title={place}
        trail={[
          { label: "Records", href: paths.records(cluster) },
          { label: topic, href: paths.records(cluster, topic) },
        ]}
        verdict={read === undefined && asked.error === null ? undefined : verdictOf(asked.error)}
        actions={
          <>
            <Neighbours cluster={cluster} at={at} before={read?.before} after={read?.after} />
            <CopyLinkButton label="Copy link to this record" />
            {read !== undefined && <RepublishLink cluster={cluster} of={republishOne(at)} />}
            {read !== undefined && <ProduceButton cluster={cluster} topic={topic} like={read.record} />}
          </>
        }
      />
      {asked.error !== null && read === undefined ? (
        <RecordError
          cluster={cluster}
          topic={topic}
          error={asked.error}
          onRetry={() => void asked.refetch()}
          retrying={asked.isFetching}
        />
      ) : (
        <Panel title="Record">
          {read === undefined ? (
            <Skeleton className="h-80 w-full" />
          ) : (
            <RecordDetail
              wide
              cluster={cluster}
              record={read.record}
              topics={[topic]}
              {...decode}
              onDecode={(change) => void setDecode(change)}
            />
          )}
        </Panel>
      )}
    </>
  );
}

function verdictOf(error: ApiError | null): string {
  if (error === null) return "As it lies in Kafka now: decoded, and masked as the configuration says.";
  return error.is("record_unknown") ? "No record lies here." : "What lies here is not known.";
}

interface NeighboursProps {
  cluster: string;
  at: RecordAt;
  /** null: there is none; undefined: not known yet. */
  before: bigint | null | undefined;
  after: bigint | null | undefined;
}

/** The records before and after on the partition, by the arrow keys too. */
function Neighbours({ cluster, at, before, after }: NeighboursProps) {
  const router = useRouter();
  const hrefOf = (offset: bigint | null | undefined): string | null =>
    offset === null || offset === undefined ? null : paths.record(cluster, { ...at, offset });
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (isTyping(event.target)) return;
    if (event.target instanceof Element && event.target.closest("[role=dialog],[role=group],pre") !== null)
      return;
    const to = event.key === "ArrowLeft" ? before : event.key === "ArrowRight" ? after : undefined;
    const href = hrefOf(to);
    if (href === null) return;
    event.preventDefault();
    router.push(href);
  });
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <span className="inline-flex">
      <Neighbour href={hrefOf(before)} words="Record before" shortcut="←" icon={ChevronLeft} />
      <Neighbour href={hrefOf(after)} words="Record after" shortcut="→" icon={ChevronRight} />
    </span>
  );
}

interface NeighbourProps {
  href: string | null;
  words: string;
  shortcut: string;
  icon: typeof ChevronLeft;
}

function Neighbour({ href, words, shortcut, icon: Icon }: NeighbourProps) {
  if (href === null) {
    return (
      <Button variant="ghost" disabled aria-label={words} className="px-2">
        <Icon aria-hidden size={15} />
      </Button>
    );
  }
  return (
    <Tooltip content={words} shortcut={shortcut}>
      <Button variant="ghost" asChild className="px-2">
        <Link href={href} aria-label={words}>
          <Icon aria-hidden size={15} />
        </Link>
      </Button>
    </Tooltip>
  );
}

interface RecordErrorProps {
  cluster: string;
  topic: string;
  error: ApiError;
  onRetry: () => void;
  retrying: boolean;
}

function RecordError({ cluster, topic, error, onRetry, retrying }: RecordErrorProps) {
  if (!error.is("record_unknown"))
    return <ApiErrorState error={error} what="The record" onRetry={onRetry} retrying={retrying} />;
  return (
    <ErrorState
      title="No record lies here."
      detail={error.message}
      next={
        <Link href={paths.records(cluster, topic)} className="text-accent underline underline-offset-3">
          The newest records of {topic}
        </Link>
      }
      requestId={error.requestId}
      onRetry={onRetry}
      retrying={retrying}
    />
  );
}
