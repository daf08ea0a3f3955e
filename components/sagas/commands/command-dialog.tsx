"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { isReason } from "#components/layout/reason-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { mutation, query } from "#lib/client/query.ts";
import { previewSagaCommand, sendSagaCommand } from "#lib/contracts/saga-commands.ts";
import { takesInput, type MeantCommand } from "#lib/domain/sagas/command-effects.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";

import { CommandForm, type CommandDraft } from "./command-form.tsx";
import { CommandOutcome } from "./command-outcome.tsx";
import { CommandRefusal } from "./command-refusal.tsx";
import { COMMAND_WORDS, commandTitle } from "./command-words.ts";
import type { CommandedSaga } from "./commanded-saga.ts";
import { EffectList } from "./effect-list.tsx";
import { editedInput, faultOfInput, inputText } from "./input-text.ts";

/** The summary is read anew while the dialog is open; what is agreed to is the one that was read first. */
const MOVED = "The saga moved while you looked at it: close this, see what it does now, and decide again.";

interface CommandDialogProps {
  saga: CommandedSaga;
  meant: MeantCommand;
  onClose: () => void;
  onSent: (sent: SagaCommandRecord) => void;
}

/** A command, staged: what will happen, what to mind, why it is done, the button that names it; then its outcome, live. */
export function CommandDialog({ saga, meant, onClose, onSent }: CommandDialogProps) {
  const form = useId();
  const before = saga.steps.find(({ name }) => name === saga.step)?.input;
  const edits = meant.command === "retry" && takesInput(saga);
  const [draft, setDraft] = useState<CommandDraft>({ reason: "", typed: "", input: inputText(before) });
  const [tried, setTried] = useState(false);
  const send = useMutation(mutation(sendSagaCommand));
  const { command, step } = meant;
  const preview = useQuery({
    ...query(previewSagaCommand, {
      params: { id: saga.id },
      query: { command, ...(step === null ? {} : { step }) },
    }),
    enabled: send.data === undefined,
    // What was true when the dialog was last open is not what is agreed to now.
    staleTime: 0,
    gcTime: 0,
  });
  const told = preview.data;
  const [seen, setSeen] = useState<number | null>(null);
  const version = told?.version ?? null;
  if (version !== null && seen === null) setSeen(version);
  const refusal = told !== undefined && seen !== null && version !== seen ? MOVED : told?.refusals[0];
  const typed = told?.typed ?? null;
  const title = commandTitle(command, step);
  const ready =
    version !== null &&
    refusal === undefined &&
    isReason(draft.reason) &&
    (typed === null || draft.typed.trim() === typed) &&
    (!edits || faultOfInput(draft.input) === null);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!ready || send.isPending) return;
    const input = edits ? editedInput(draft.input, before) : undefined;
    send.mutate(
      {
        params: { id: saga.id },
        body: {
          ...{ command, step, reason: draft.reason.trim(), expectedVersion: version },
          ...(input === undefined ? {} : { input }),
          ...(typed === null ? {} : { typed: draft.typed.trim() }),
        },
      },
      { onSuccess: onSent },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`${title}: saga ${saga.sagaId}`}
      description={COMMAND_WORDS[command].meaning}
      footer={
        send.data === undefined ? (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button
              type="submit"
              form={form}
              variant={COMMAND_WORDS[command].danger ? "danger" : "primary"}
              busy={send.isPending}
              disabled={told === undefined || refusal !== undefined}
            >
              {title}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>Close</Button>
        )
      }
    >
      {send.data === undefined ? (
        <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
          {preview.error && <CommandRefusal error={preview.error} what="The summary" />}
          {told === undefined && !preview.error && <Skeleton className="h-24 w-full" />}
          {refusal !== undefined && <Callout tone="warning" title={`It cannot be done now. ${refusal}`} />}
          {told !== undefined && refusal === undefined && (
            <>
              <EffectList effects={told.effects} warnings={told.warnings} />
              <CommandForm draft={draft} onChange={setDraft} asks={{ edits, typed, tried }} />
              <p className="text-muted text-xs">
                The command holds for 5 minutes and for the saga as it stands now: when it moves first, its
                service refuses, and nothing is done.
              </p>
            </>
          )}
          {send.error && <CommandRefusal error={send.error} what="The command" />}
        </form>
      ) : (
        <CommandOutcome sent={send.data} service={saga.service} />
      )}
    </Dialog>
  );
}
