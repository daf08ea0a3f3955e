"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { RangeSelect } from "#components/charts/range-select.tsx";
import { useTimeRange } from "#components/charts/use-time-range.ts";
import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { Link } from "#components/ui/link.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { getCause } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { ArrivalsChart } from "./arrivals-chart.tsx";
import { CauseFacts } from "./cause-facts.tsx";
import { CauseNotes } from "./cause-notes.tsx";
import { causeWords } from "./cause-words.ts";
import { ChangeDialog } from "./change-dialog.tsx";
import { countPhrase } from "./change-words.ts";
import { DeadLetterTable } from "./dead-letter-table.tsx";
import { FAILURE_WORDS } from "./failure-words.ts";
import { FailureTag } from "./failure-tag.tsx";
import { RedriveCause } from "./redrive-cause.tsx";
import { StackView } from "./stack-view.tsx";
import { TopKeys } from "./top-keys.tsx";
import { useGroupMarks } from "./use-group-marks.ts";
import { useMay } from "./use-may.ts";

interface CauseViewProps {
  cluster: string;
  id: string;
}

/** One cause of dead letters: what it looks like and why, when they came, what failed, and the dead letters. */
export function CauseView({ cluster, id }: CauseViewProps) {
  const range = useTimeRange();
  const asked = useQuery({
    ...query(getCause, { params: { cluster, id }, query: range.query ?? {} }),
    enabled: range.query !== null,
    placeholderData: keepPreviousData,
  });
  const error = useStandingError(asked);
  const found = asked.data;
  const cause = found?.cause;
  const marks = useGroupMarks(cluster, cause?.group, range.query);
  const trail = [{ label: "Dead letters", href: paths.deadLetters(cluster) }];
  if (error?.is("cause_unknown") === true) return <CauseMissing cluster={cluster} trail={trail} />;
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The cause"
      look={found === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        trail={trail}
        title={
          cause === undefined ? (
            "Cause"
          ) : (
            <CopyId
              value={cause.causeClass ?? cause.id}
              shown={causeWords(cause).title}
              what={cause.causeClass === null ? "cause id" : "class"}
            />
          )
        }
        verdict={cause ? <Evidence cause={cause} /> : error ? "The cause could not be read." : undefined}
        tone={
          cause === undefined || cause.counts.open === 0 ? "neutral" : FAILURE_WORDS[cause.verdict.kind].tone
        }
        meta={
          cause && (
            <MetaLine>
              <FailureTag verdict={cause.verdict} />
              <span>
                last seen <RelativeTime at={cause.lastSeenAt} />
              </span>
            </MetaLine>
          )
        }
        actions={
          <>
            {cause && <RedriveCause cluster={cluster} cause={cause} />}
            {cause && <DiscardOpen cluster={cluster} cause={cause} />}
            <RangeSelect range={range} />
          </>
        }
      />
      {failure && <div className="mb-4">{failure}</div>}
      {(found !== undefined || !failure) && (
        <div className="flex flex-col gap-4">
          <ArrivalsChart
            history={found?.history}
            range={range}
            marks={cause === undefined ? [] : [...marks, firstSeen(cause)]}
          />
          <Facts cluster={cluster} found={found} />
          <DeadLetterTable cluster={cluster} cause={id} counts={cause?.counts} />
        </div>
      )}
    </>
  );
}

function firstSeen({ firstSeenAt }: DeadLetterCause) {
  return { at: firstSeenAt, label: "first dead letter of this cause", tone: "warning" as const };
}

/** How many are open, and what the shape of their arrivals tells, with its evidence. */
function Evidence({ cause: { counts, verdict } }: { cause: DeadLetterCause }) {
  const open = counts.open === 0 ? "Nothing is open" : `${countPhrase(counts.open)} open`;
  return `${open}. ${verdict.sentence}`;
}

interface FactsProps {
  cluster: string;
  /** `undefined` while the first answer is under way. */
  found: OutputOf<typeof getCause> | undefined;
}

function Facts({ cluster, found }: FactsProps) {
  if (found === undefined) return <Skeleton className="h-64 w-full" />;
  const { cause, stack, topKeys } = found;
  return (
    <>
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[3fr_2fr]">
        <Panel
          title="What failed"
          actions={
            cause.typicalId !== null && (
              <Button asChild size="sm">
                <Link href={paths.deadLetter(cluster, cause.typicalId)}>See a typical record</Link>
              </Button>
            )
          }
        >
          <CauseFacts cluster={cluster} cause={cause} />
        </Panel>
        <div className="flex min-w-0 flex-col gap-4">
          <CauseNotes cluster={cluster} cause={cause} />
          <TopKeys keys={topKeys} />
        </div>
      </div>
      {stack !== null && <StackView stack={stack} />}
    </>
  );
}

/** Discards all that is open of the cause, frozen when the dialog opens. */
function DiscardOpen({ cluster, cause }: { cluster: string; cause: DeadLetterCause }) {
  const [asking, setAsking] = useState(false);
  const may = useMay("dead-letters:operate");
  if (may !== true || cause.counts.open === 0) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Discard open…</Button>
      {asking && (
        <ChangeDialog
          cluster={cluster}
          change="discard"
          picked={{ kind: "filter", filter: { cause: cause.id, state: "open" } }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

interface CauseMissingProps {
  cluster: string;
  trail: readonly { label: string; href: string }[];
}

function CauseMissing({ cluster, trail }: CauseMissingProps) {
  return (
    <MissingPage
      trail={trail}
      title="Cause"
      verdict={`${cluster} has no such cause.`}
      noun="cause"
      why="The address is old, or all of its dead letters expired long ago and were forgotten."
      next={{ label: `All causes of ${cluster}`, href: paths.deadLetters(cluster) }}
    />
  );
}
