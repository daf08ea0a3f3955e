"use client";

import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DecoderChoice, ShownRecord } from "#lib/domain/records/record.ts";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";

import { CopyLinkButton } from "./copy-link-button.tsx";
import { FilterTest } from "./filter-test.tsx";
import { ProduceButton } from "./produce-button.tsx";
import { RecordDetail } from "./record-detail.tsx";
import type { RecordAt } from "./record-key.ts";
import { RepublishLink } from "./republish-link.tsx";
import { republishOne } from "./republish-of.ts";
import { useRecord } from "./use-record.ts";

interface RecordPeekProps {
  cluster: string;
  at: RecordAt;
  /** The record as the list has it, shown until the whole one is there. */
  listed: ShownRecord | undefined;
  topics: readonly string[];
  terms: readonly FilterTerm[];
  keyAs: DecoderChoice;
  valueAs: DecoderChoice;
  /** To the record above or below in the list; null at its ends. */
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
  onClose: () => void;
}

/** A record in the drawer beside the list; j and k in the list move it. */
export function RecordPeek({
  cluster,
  at,
  listed,
  topics,
  terms,
  keyAs: firstKeyAs,
  valueAs: firstValueAs,
  onPrevious,
  onNext,
  onClose,
}: RecordPeekProps) {
  const [decode, setDecode] = useState({ keyAs: firstKeyAs, valueAs: firstValueAs });
  const asked = useRecord({ cluster, at, ...decode });
  const record = asked.isPlaceholderData || asked.data === undefined ? listed : asked.data.record;
  return (
    <Drawer
      open
      onClose={onClose}
      title={at.topic}
      subtitle={`partition ${at.partition}, offset ${formatCount(at.offset)}`}
      fullPageHref={paths.record(cluster, at)}
      width="640px"
      actions={
        <>
          <IconButton
            icon={ChevronUp}
            label="Record above"
            shortcut="k"
            disabled={onPrevious === null}
            onClick={() => onPrevious?.()}
          />
          <IconButton
            icon={ChevronDown}
            label="Record below"
            shortcut="j"
            disabled={onNext === null}
            onClick={() => onNext?.()}
          />
          <CopyLinkButton href={paths.record(cluster, at)} label="Copy link to this record" />
        </>
      }
    >
      {asked.error !== null && (
        <ApiErrorState
          error={asked.error}
          what="The record"
          look={record === undefined ? "block" : "inline"}
          onRetry={() => void asked.refetch()}
          retrying={asked.isFetching}
        />
      )}
      {record === undefined ? (
        asked.error === null && <Skeleton className="h-64 w-full" />
      ) : (
        <div className="flex flex-col gap-5">
          <RecordDetail
            cluster={cluster}
            record={record}
            topics={topics}
            {...decode}
            onDecode={(change) => setDecode({ ...decode, ...change })}
          />
          <FilterTest cluster={cluster} at={at} terms={terms} {...decode} />
          <div className="flex flex-wrap gap-2">
            <ProduceButton cluster={cluster} topic={record.topic} like={record} />
            <RepublishLink size="sm" cluster={cluster} of={republishOne(at)} />
          </div>
        </div>
      )}
    </Drawer>
  );
}
