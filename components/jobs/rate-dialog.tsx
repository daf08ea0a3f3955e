"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatQuantity } from "#components/ui/format-quantity.ts";
import { Input } from "#components/ui/input.tsx";
import { mutation } from "#lib/client/query.ts";
import { updateJob } from "#lib/contracts/jobs.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

import { JobRefusal } from "./job-refusal.tsx";
import { rateOf } from "./rate.ts";

interface RateDialogProps {
  cluster: string;
  job: Job;
  onClose: () => void;
}

/** Changes how fast a job sends, also while it runs. */
export function RateDialog({ cluster, job, onClose }: RateDialogProps) {
  const form = useId();
  const [text, setText] = useState(job.recordsPerSecond?.toString() ?? "");
  const [tried, setTried] = useState(false);
  const update = useMutation(mutation(updateJob));
  const wanted = rateOf(text);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if ("fault" in wanted || update.isPending) return;
    update.mutate(
      { params: { cluster, number: job.number }, body: { recordsPerSecond: wanted.rate } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title={`Rate of job ${job.number}`}
      description="It holds from the next transaction on, within about a second."
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" form={form} variant="primary" busy={update.isPending}>
            {"fault" in wanted
              ? "Set the rate"
              : wanted.rate === null
                ? "Send without a brake"
                : `Send ${formatQuantity("rate", wanted.rate)}`}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {update.error && <JobRefusal error={update.error} what="The change" />}
        <Field
          label="Records a second"
          hint="Empty is no brake: as fast as the brokers take them."
          error={tried && "fault" in wanted ? wanted.fault : undefined}
        >
          <Input
            mono
            inputMode="decimal"
            className="max-w-40"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}
