"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import type { ApiError } from "#lib/client/call.ts";
import { mutation } from "#lib/client/query.ts";
import { discardDeadLetters, restoreDeadLetters } from "#lib/contracts/dead-letters.ts";

import {
  changeable,
  changeEffect,
  CHANGE_WORDS,
  countPhrase,
  differenceWords,
  skippedLines,
  type Change,
} from "./change-words.ts";
import type { StateCounts } from "./state-words.ts";
import { useFrozen, type SelectionFilter } from "./use-frozen.ts";

/** Which dead letters are meant: some by their ids, or all that a filter matches, frozen when the dialog opens. */
export type Picked =
  { kind: "ids"; ids: readonly string[]; byState: StateCounts } | { kind: "filter"; filter: SelectionFilter };

interface ChangeDialogProps {
  cluster: string;
  change: Change;
  picked: Picked;
  onClose: () => void;
  /** It is done: a selection is no longer of use. */
  onDone?: () => void;
}

/** Discards or restores dead letters: what will happen first, then why, then what became of it. */
export function ChangeDialog({ cluster, change, picked, onClose, onDone }: ChangeDialogProps) {
  const form = useId();
  const words = CHANGE_WORDS[change];
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const set = useSet(cluster, picked);
  const apply = useMutation(mutation(change === "discard" ? discardDeadLetters : restoreDeadLetters));
  const short = !isReason(reason);
  const count = set.counts && changeable(change, set.counts);
  const moved = apply.error?.is("selection_changed") === true;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (short || set.selection === undefined) return;
    apply.mutate(
      { params: { cluster }, body: { selection: set.selection, reason: reason.trim() } },
      { onSuccess: () => onDone?.() },
    );
  };
  if (apply.data !== undefined) {
    return <DoneDialog change={change} outcome={apply.data} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={count === undefined ? `${words.verb} dead letters` : `${words.verb} ${countPhrase(count)}`}
      description={set.counts ? changeEffect(change, set.counts) : <Skeleton className="h-4 w-72" />}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          {moved ? (
            <Button
              variant="primary"
              onClick={() => {
                set.freezeAgain();
                apply.reset();
              }}
            >
              Count again
            </Button>
          ) : (
            <Button
              type="submit"
              form={form}
              variant="primary"
              busy={apply.isPending}
              disabled={count === undefined || count === 0}
            >
              {count === undefined ? words.verb : `${words.verb} ${countPhrase(count)}`}
            </Button>
          )}
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {set.error && <ApiErrorState look="inline" error={set.error} what="The count" />}
        {set.before !== null && set.count !== undefined && (
          <Callout tone="notice" title={differenceWords(set.before, set.count)} />
        )}
        <Refusal error={apply.error} moved={moved} change={change} />
        <ReasonField
          hint="Stands beside each of them and in the audit."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
      </form>
    </Dialog>
  );
}

/** The set that is acted on: its counts by state, and how the API is told of it. */
function useSet(cluster: string, picked: Picked) {
  const [round, setRound] = useState(0);
  const [before, setBefore] = useState<number | null>(null);
  const filter = picked.kind === "filter" ? picked.filter : null;
  const frozen = useFrozen(cluster, filter, round);
  const again = {
    before,
    freezeAgain: () => {
      setBefore(frozen.data?.count ?? null);
      setRound(round + 1);
    },
  };
  if (picked.kind === "ids") {
    return {
      ...again,
      counts: picked.byState,
      count: picked.ids.length,
      error: null,
      selection: { kind: "ids" as const, ids: [...picked.ids] },
    };
  }
  const { data } = frozen;
  return {
    ...again,
    counts: data?.byState,
    count: data?.count,
    error: frozen.error,
    selection:
      data === undefined
        ? undefined
        : {
            kind: "filter" as const,
            filter: picked.filter,
            frozen: { upTo: data.upTo, count: data.count },
          },
  };
}

interface RefusalProps {
  error: ApiError | null;
  moved: boolean;
  change: Change;
}

function Refusal({ error, moved, change }: RefusalProps) {
  if (error === null) return null;
  if (!moved) {
    return <ApiErrorState look="inline" error={error} what={`What was asked, to ${change} dead letters,`} />;
  }
  return (
    <Callout tone="warning" title="Nothing was changed: what the filter matches is not what was counted.">
      {error.message} Count again to see the difference, then decide.
    </Callout>
  );
}

interface DoneDialogProps {
  change: Change;
  outcome: { changed: number; skipped: readonly { reason: string; count: number }[] };
  onClose: () => void;
}

/** What was done, and what was left as it was. */
function DoneDialog({ change, outcome: { changed, skipped }, onClose }: DoneDialogProps) {
  const { done } = CHANGE_WORDS[change];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${countPhrase(changed)} ${changed === 1 ? "is" : "are"} ${done}`}
      description={
        skipped.length === 0 ? (
          "All that was meant was changed."
        ) : (
          <>
            <p>Left as they were:</p>
            <ul>
              {skippedLines(skipped).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </>
        )
      }
      width="sm"
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    />
  );
}
