"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { Tone } from "#components/ui/tone.ts";
import { query } from "#lib/client/query.ts";
import { getOffsetReset } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { targetPhrase } from "#lib/domain/offset-resets/words.ts";

import { ApplyPanel } from "./apply-panel.tsx";
import { groupLabel } from "./group-label.ts";
import { PlanTable } from "./plan-table.tsx";
import { PlanTotalsRow } from "./plan-totals-row.tsx";
import { ResetOutcome } from "./reset-outcome.tsx";
import { RESET_WORDS, resetTitle } from "./reset-words.ts";
import { watchSentence } from "./watch-sentence.ts";

interface OffsetResetViewProps {
  cluster: string;
  group: string;
  id: string;
}

/** While something is under way the page asks by itself; hints alone may be lost. */
const ASK_EVERY_MS = 2_000;

/** One reset: the plan, the last step, and afterwards what became of each partition, with the way back. */
export function OffsetResetView({ cluster, group, id }: OffsetResetViewProps) {
  const asked = useQuery({
    ...query(getOffsetReset, { params: { cluster, group, id } }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? ASK_EVERY_MS : false),
  });
  const reset = asked.data;
  const words = reset && headOf(reset);
  return (
    <>
      <PageHeader
        trail={[
          { label: "Groups", href: paths.groups(cluster) },
          { label: groupLabel(group), href: paths.group(cluster, group) },
          { label: "Changes", href: paths.offsetResets(cluster, group) },
        ]}
        title={reset ? resetTitle(reset, reset.plan.totals.changed) : "Offset reset"}
        verdict={
          words ? `${words.word}: ${words.meaning}` : asked.error ? "It could not be read." : undefined
        }
        tone={words?.tone ?? "neutral"}
        meta={reset && <ResetMeta reset={reset} />}
      />
      {asked.error && (
        <div className="mb-4">
          <ApiErrorState
            error={asked.error}
            what="The offset reset"
            look={reset === undefined ? "block" : "inline"}
            retrying={asked.isFetching}
            onRetry={() => void asked.refetch()}
          />
        </div>
      )}
      {reset && (
        <div className="flex flex-col gap-4">
          <ResetOutcome cluster={cluster} reset={reset} />
          <PlanTotalsRow plan={reset.plan} />
          {reset.state === "planned" && (
            <div className="flex flex-col gap-2">
              {reset.plan.refusals.map(({ code, sentence }) => (
                <Callout key={code} tone="critical" title={sentence} />
              ))}
              {reset.plan.warnings.map(({ code, sentence }) => (
                <Callout
                  key={code}
                  tone={code === "left" || code === "at_most" ? "notice" : "warning"}
                  title={sentence}
                />
              ))}
            </div>
          )}
          <PlanTable cluster={cluster} reset={reset} />
          {reset.state === "planned" && <ApplyPanel cluster={cluster} reset={reset} />}
        </div>
      )}
    </>
  );
}

/** The state in words; a reset that was applied and did not stay says so first. */
function headOf({ state, watch }: OffsetReset): { tone: Tone; word: string; meaning: string } {
  const words = RESET_WORDS[state];
  const watched = watch === null || state !== "applied" ? null : watchSentence(watch);
  if (watched?.tone !== "critical" && watched?.tone !== "warning") return words;
  return { tone: watched.tone, word: "applied, and did not stay", meaning: "see below what moved." };
}

function isUnderWay(reset: OffsetReset | undefined): boolean {
  return reset?.state === "applying" || (reset?.watch !== null && reset?.watch?.endedAt === null);
}

function ResetMeta({ reset }: { reset: OffsetReset }) {
  return (
    <MetaLine>
      <span>{targetPhrase(reset.target)}</span>
      <span>
        planned by {reset.plannedBy} <RelativeTime at={reset.plannedAt} />
      </span>
      {reset.decidedBy !== null && (
        <span>
          decided by {reset.decidedBy} <RelativeTime at={reset.decidedAt} />
        </span>
      )}
      <CopyId value={reset.id} shown={reset.id.slice(-8)} what="reset id" />
    </MetaLine>
  );
}
