"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { mutation, query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { planOffsetReset } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";

import { ResetRefusal } from "./reset-refusal.tsx";
import { RESET_WORDS } from "./reset-words.ts";
import { watchSentence } from "./watch-sentence.ts";

interface ResetOutcomeProps {
  cluster: string;
  reset: OffsetReset;
}

/** What became of a reset: why it was refused, what stayed, what moved, and the way back. */
export function ResetOutcome({ cluster, reset }: ResetOutcomeProps) {
  const { group, state, failures, watch, undoneBy, reason } = reset;
  if (state === "planned") return null;
  const watched = watch === null ? null : watchSentence(watch);
  return (
    <div className="flex flex-col gap-2">
      {failures.length > 0 && (
        <Callout
          tone={RESET_WORDS[state].tone}
          title={state === "refused" ? "Nothing was changed." : "A part of it was not done."}
        >
          <ul className="flex flex-col gap-0.5">
            {failures.slice(0, 20).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
            {failures.length > 20 && <li>and {failures.length - 20} more</li>}
          </ul>
        </Callout>
      )}
      {watched !== null && (
        <div role="status">
          <Callout
            tone={watched.tone}
            title={watched.sentence}
            {...(state === "applied" || state === "failed"
              ? { action: <UndoButton cluster={cluster} reset={reset} /> }
              : {})}
          />
        </div>
      )}
      {undoneBy !== null && (
        <Callout
          tone="neutral"
          title={
            <Link href={paths.offsetReset(cluster, group, undoneBy)} className="underline underline-offset-3">
              See the reset that took it back
            </Link>
          }
        />
      )}
      {reason !== null && <p className="text-muted text-sm">Reason: {reason}</p>}
    </div>
  );
}

/** Plans the way back: its own numbers come first, then its own last step. */
function UndoButton({ cluster, reset }: ResetOutcomeProps) {
  const router = useRouter();
  const me = useQuery(query(getMe, {}));
  const make = useMutation(mutation(planOffsetReset));
  if (me.data?.permissions.includes("groups:operate") !== true) return null;
  const { group, id } = reset;
  return (
    <div className="flex flex-col items-end gap-2">
      <Button
        size="sm"
        busy={make.isPending}
        onClick={() => {
          make.mutate(
            { params: { cluster, group }, body: { target: { kind: "undo", id }, scope: { kind: "all" } } },
            { onSuccess: (plan) => router.push(paths.offsetReset(cluster, group, plan.id)) },
          );
        }}
      >
        Undo…
      </Button>
      {make.error && <ResetRefusal error={make.error} what="The plan of the undo" />}
    </div>
  );
}
