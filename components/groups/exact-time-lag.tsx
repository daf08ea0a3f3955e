"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";

import { Age } from "#components/ui/age.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { query } from "#lib/client/query.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { getExactTimeLag } from "#lib/contracts/groups.ts";

type Exact = OutputOf<typeof getExactTimeLag>;

/** The exact time lag of a group, asked of the brokers only when somebody wants it. */
export function useExactTimeLag(cluster: string, group: string) {
  const asked = useQuery({
    ...query(getExactTimeLag, { params: { cluster, group } }),
    enabled: false,
    gcTime: 0,
  });
  return { asked, read: () => void asked.refetch() };
}

interface ExactTimeLagProps {
  exact: ReturnType<typeof useExactTimeLag>;
  /** Puts the answer away. */
  onClose: () => void;
}

/** What the brokers said of the first unread records: the greatest age, of which record, and what could not be read. */
export function ExactTimeLag({ exact, onClose }: ExactTimeLagProps) {
  const { data, error, isFetching } = exact.asked;
  const close = <IconButton icon={X} size="sm" label="Put it away" onClick={onClose} />;
  if (isFetching && data === undefined) {
    return <Callout tone="neutral" title="Reading the first unread record of each lagging partition …" />;
  }
  if (error) {
    return (
      <Callout tone="warning" title="The exact time lag could not be read." action={close}>
        {error.message}
      </Callout>
    );
  }
  if (data === undefined) return null;
  return (
    <Callout tone={data.failures.length > 0 ? "warning" : "notice"} title={sentence(data)} action={close}>
      <Details data={data} />
    </Callout>
  );
}

function worstOf(items: Exact["items"]) {
  return items
    .flatMap((item) => (item.state === "known" ? [item] : []))
    .reduce<Extract<Exact["items"][number], { state: "known" }> | null>(
      (worst, item) => (worst === null || item.timeLagMs > worst.timeLagMs ? item : worst),
      null,
    );
}

function sentence({ items }: Exact): string {
  const worst = worstOf(items);
  if (worst !== null) return `Exactly ${formatDuration(worst.timeLagMs)} behind.`;
  return items.length === 0
    ? "Nothing is unread: there is no record to read the time of."
    : "No first unread record could be read.";
}

function Details({ data }: { data: Exact }) {
  const worst = worstOf(data.items);
  const unknown = data.items.flatMap((item) => (item.state === "unknown" ? [item] : []));
  return (
    <div className="flex flex-col gap-1">
      {worst !== null && (
        <p>
          The next record of {worst.topic} {worst.partition}, offset {formatCount(worst.offset)}, carries{" "}
          <time dateTime={new Date(worst.recordAt).toISOString()}>{formatInstantFull(worst.recordAt)}</time>.
          It is the oldest of {formatCount(data.items.length)}{" "}
          {data.items.length === 1 ? "partition" : "partitions"} with unread records; read{" "}
          <Age observedAt={data.observedAt} source="read from the brokers" staleAfterMs={Infinity} />.
        </p>
      )}
      {unknown.slice(0, 3).map(({ topic, partition, reason }) => (
        <p key={`${topic} ${partition}`} className="text-muted">
          {topic} {partition}: {reason}
        </p>
      ))}
      {unknown.length > 3 && (
        <p className="text-muted">{formatCount(unknown.length - 3)} more could not be told.</p>
      )}
      {data.failures.map(({ subject, reason }) => (
        <p key={subject} className="text-muted">
          {subject}: {reason}
        </p>
      ))}
    </div>
  );
}
