"use client";

import { useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { RecordField } from "#components/ui/record-field.tsx";
import { RecordHeaders } from "#components/ui/record-headers.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { getDeadLetterRecord } from "#lib/contracts/dead-letters.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

import { useMay } from "./use-may.ts";

interface DeadLetterRecordProps {
  cluster: string;
  id: string;
  /** CSS height at which the value scrolls. */
  maxHeight?: string;
}

/** The record as it lies in Kafka; nothing is asked for who may not read records. */
export function useDeadLetterRecord(cluster: string, id: string) {
  const may = useMay("records:read");
  const asked = useQuery({
    ...query(getDeadLetterRecord, { params: { cluster, id } }),
    enabled: may === true,
    // The record does not change; what happens to the dead letter is told by the index.
    staleTime: 60_000,
  });
  return { may, asked };
}

/** Key, value and headers of a dead letter, read from Kafka now; or why they cannot be had. */
export function DeadLetterRecord({ cluster, id, maxHeight = "360px" }: DeadLetterRecordProps) {
  const { may, asked } = useDeadLetterRecord(cluster, id);
  if (may === false) {
    return (
      <Callout tone="neutral" title="Payload and headers are not shown to your role.">
        They need the permission records:read, which the role operator has. An administrator can give it to
        you.
      </Callout>
    );
  }
  if (asked.error && asked.data === undefined) {
    return (
      <ApiErrorState
        look="inline"
        error={asked.error}
        what="The record"
        retrying={asked.isFetching}
        onRetry={() => void asked.refetch()}
      />
    );
  }
  if (asked.data === undefined) return <Skeleton className="h-48 w-full" />;
  const { record, source, gone } = asked.data;
  return (
    <div className="flex flex-col gap-4">
      {gone !== null && <Callout tone="notice" title={gone} />}
      {source !== null && (
        <p className="text-muted text-xs">
          The dead letter is a pointer. Its content is read from its source,{" "}
          <Link href={paths.record(cluster, source)} className="link-quiet">
            {source.topic} {source.partition} at {source.offset.toString()}
          </Link>
          .
        </p>
      )}
      <Content record={record} content={source ?? record} maxHeight={maxHeight} />
    </div>
  );
}

interface ContentProps {
  /** What lies in the dead-letter topic: its headers tell of the failure. */
  record: ShownRecord | null;
  /** What holds key and value: the record itself, or a pointer's source. */
  content: ShownRecord | null;
  maxHeight: string;
}

function Content({ record, content, maxHeight }: ContentProps) {
  return (
    <>
      {content !== null && (
        <>
          <RecordField what="Key" field={content.key} masked={content.masked} maxHeight="120px" />
          <RecordField
            what="Value"
            field={content.value}
            masked={content.masked}
            nullMeans="the record has no value"
            maxHeight={maxHeight}
          />
        </>
      )}
      {record !== null && (
        <section aria-label="Headers">
          <h3 className="mb-1.5 text-sm font-semibold">Headers</h3>
          <RecordHeaders headers={record.headers} masked={record.masked} />
        </section>
      )}
    </>
  );
}
