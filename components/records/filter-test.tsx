"use client";

import { useMutation } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { call, type ApiError } from "#lib/client/call.ts";
import { tryFilter } from "#lib/contracts/records.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { DecoderChoice } from "#lib/domain/records/record.ts";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";

import { termWords } from "./filter-words.ts";
import type { RecordAt } from "./record-key.ts";

interface FilterTestProps {
  cluster: string;
  at: RecordAt;
  terms: readonly FilterTerm[];
  keyAs: DecoderChoice;
  valueAs: DecoderChoice;
}

/** What each condition of the search makes of this record, told by the engine of the search. */
export function FilterTest({ cluster, at, terms, keyAs, valueAs }: FilterTestProps) {
  const test = useMutation<OutputOf<typeof tryFilter>, ApiError>({
    mutationFn: () =>
      call(tryFilter, {
        params: { cluster, topic: at.topic, partition: at.partition, offset: at.offset },
        body: { terms: [...terms], keyDecoder: keyAs, valueDecoder: valueAs },
      }),
  });
  if (terms.length === 0) return null;
  return (
    <section aria-label="Filter" className="flex flex-col gap-1.5">
      <Button
        size="sm"
        icon={FlaskConical}
        className="self-start"
        busy={test.isPending}
        onClick={() => {
          test.mutate();
        }}
      >
        Test the filter on this record
      </Button>
      {test.error && (
        <ErrorState
          look="inline"
          title="The filter was not tested."
          detail={test.error.message}
          requestId={test.error.requestId}
        />
      )}
      {test.data?.terms.map((tried, index) => {
        const term = terms[index];
        return (
          <p key={index} className="flex items-baseline gap-2 text-xs">
            <StateTag
              tone={tried.problem !== null ? "warning" : tried.matches ? "ok" : "neutral"}
              word={tried.problem !== null ? "cannot tell" : tried.matches ? "matches" : "does not match"}
            />
            <code className="min-w-0 break-all">{term === undefined ? "" : termWords(term)}</code>
            {tried.problem !== null && <span className="text-muted">{tried.problem}</span>}
          </p>
        );
      })}
    </section>
  );
}
