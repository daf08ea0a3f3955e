"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DiffView } from "#components/ui/diff-view.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { previewJob } from "#lib/contracts/jobs.ts";
import type { PreviewedRecord } from "#lib/domain/jobs/job-plan.ts";

import { recordLines } from "./record-lines.ts";

const FIRST_RECORDS = 5;

interface PlanPreviewProps {
  cluster: string;
  number: number;
  /** false where a group reads the records themselves again. */
  copies: boolean;
}

/** The first records of a plan before and after the transform, one at a time, as a diff. */
export function PlanPreview({ cluster, number, copies }: PlanPreviewProps) {
  const [at, setAt] = useState("0");
  const may = useQuery(query(getMe, {})).data?.permissions.includes("records:read");
  const asked = useQuery({
    ...query(previewJob, { params: { cluster, number }, query: { limit: FIRST_RECORDS } }),
    enabled: may === true,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const items = asked.data?.items ?? [];
  const shown = items[Number(at)] ?? items[0];
  return (
    <Panel
      title={copies ? "The first records, before and after" : "The first records that are read again"}
      meta="fields under masking rules stay hidden"
      actions={
        items.length > 1 && (
          <Select
            size="sm"
            label="Record"
            value={at}
            onValueChange={setAt}
            options={items.map((item, index) => ({ value: String(index), label: placeOf(item) }))}
          />
        )
      }
    >
      {may === false ? (
        <p className="text-muted text-sm">
          What records hold needs the permission records:read, which the role operator has.
        </p>
      ) : asked.error && asked.data === undefined ? (
        <ApiErrorState
          look="inline"
          error={asked.error}
          what="The preview"
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      ) : asked.data === undefined ? (
        <Skeleton className="h-40 w-full" />
      ) : (
        <>
          {asked.data.failures.map((failure) => (
            <Callout key={failure} tone="warning" title={failure} />
          ))}
          {shown === undefined ? (
            <p className="text-muted text-sm">
              {copies ? "The plan sends no record." : "No record is read again."}
            </p>
          ) : (
            <Previewed record={shown} copies={copies} />
          )}
        </>
      )}
    </Panel>
  );
}

function placeOf({ topic, partition, offset }: PreviewedRecord): string {
  return `${topic} ${partition} at ${formatCount(offset)}`;
}

function Previewed({ record, copies }: { record: PreviewedRecord; copies: boolean }) {
  const { before, after, problem, target } = record;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted text-xs">
        {placeOf(record)}
        {copies && target !== null && ` goes to ${target.topic}, partition ${target.partition}`}
      </p>
      {problem !== null && <Callout tone={after === null ? "critical" : "warning"} title={problem} />}
      <DiffView
        label="Record before and after"
        before={recordLines(before)}
        after={after === null ? null : recordLines(after)}
        caption={after === null ? "before; it is not sent" : "before and after"}
      />
    </div>
  );
}
