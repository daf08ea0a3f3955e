"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { mutation } from "#lib/client/query.ts";
import { cancelSagaCommands } from "#lib/contracts/saga-commands.ts";

import { sagasPhrase } from "./batch-summary.ts";
import type { Batch } from "./batch-verdict.ts";
import { CommandRefusal } from "./command-refusal.tsx";

interface CancelBatchDialogProps {
  batch: Batch;
  onClose: () => void;
}

/** Stops a batch: says what is left out and what stays sent, and asks why. */
export function CancelBatchDialog({ batch, onClose }: CancelBatchDialogProps) {
  const form = useId();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const cancel = useMutation(mutation(cancelSagaCommands));
  const { waiting } = batch.counts;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isReason(reason) || cancel.isPending) return;
    cancel.mutate({ params: { batch: batch.id }, body: { reason: reason.trim() } }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title="Cancel this batch"
      description={`${sagasPhrase(waiting)} that ${waiting === 1 ? "waits" : "wait"} for a turn ${waiting === 1 ? "gets" : "get"} no command. What was sent stays sent, and its service does it.`}
      footer={
        <>
          <Button onClick={onClose}>Let it go on</Button>
          <Button type="submit" form={form} variant="danger" busy={cancel.isPending}>
            Cancel the batch
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {cancel.error && <CommandRefusal error={cancel.error} what="The cancel" />}
        <ReasonField
          hint="Stands with each command that is left out and in the audit."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
      </form>
    </Dialog>
  );
}
