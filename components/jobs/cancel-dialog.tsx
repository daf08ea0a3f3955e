"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { mutation } from "#lib/client/query.ts";
import { cancelJob } from "#lib/contracts/jobs.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { cancelWords, replayGroupOf } from "./group-replay-words.ts";
import { sentOf } from "./job-figures.ts";
import { JobRefusal } from "./job-refusal.tsx";

interface CancelDialogProps {
  cluster: string;
  job: Job;
  onClose: () => void;
}

/** Ends a job for good: says what stays and what is not sent, and asks why. */
export function CancelDialog({ cluster, job, onClose }: CancelDialogProps) {
  const form = useId();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const cancel = useMutation(mutation(cancelJob));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isReason(reason) || cancel.isPending) return;
    cancel.mutate(
      { params: { cluster, number: job.number }, body: { reason: reason.trim() } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title={`Cancel job ${job.number}`}
      description={effectOf(job)}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" form={form} variant="danger" busy={cancel.isPending}>
            Cancel job {job.number}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {cancel.error && <JobRefusal error={cancel.error} what="The cancel" />}
        <ReasonField
          hint="Stands in the trail of the job and in the audit."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
      </form>
    </Dialog>
  );
}

function effectOf(job: Job): string {
  const group = replayGroupOf(job);
  if (group !== null) return cancelWords(job, group);
  const {
    startedAt,
    progress: { counts },
  } = job;
  if (startedAt === null) return "Nothing was sent, and nothing will be.";
  const sent = sentOf(counts);
  const stays = `${recordsPhrase(sent)} already sent ${sent === 1 ? "stays" : "stay"} in the target and will be processed.`;
  const rest =
    counts.pending === 0
      ? "What became of them is no longer followed."
      : `${recordsPhrase(counts.pending)} ${counts.pending === 1 ? "is" : "are"} not sent; dead letters among them become open again.`;
  return sent === 0 ? `Nothing was sent. ${rest}` : `${stays} ${rest}`;
}
