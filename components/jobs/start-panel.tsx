"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Input } from "#components/ui/input.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { mutation } from "#lib/client/query.ts";
import { startJob } from "#lib/contracts/jobs.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { ApprovalPanel } from "./approval-panel.tsx";
import { replayGroupOf, replayTitle } from "./group-replay-words.ts";
import { JobRefusal } from "./job-refusal.tsx";
import { sendTitle, targetTopicsPhrase } from "./job-words.ts";
import { sumOf, toSend } from "./plan-sums.ts";
import { useJobRefusal } from "./use-may.ts";

interface StartPanelProps {
  cluster: string;
  job: Job;
  plan: JobPlan;
  /** The job is started. */
  onStarted?: () => void;
}

/** Where no group but the one that is meant sees anything again. */
const QUIET_TARGETS: ReadonlySet<string> = new Set(["way-in", "shadow"]);

/** The last step: who agreed, why, the number typed where it is asked for, and the button that names what it does. */
export function StartPanel({ cluster, job, plan, onStarted }: StartPanelProps) {
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [sendHeld, setSendHeld] = useState(false);
  const [tried, setTried] = useState(false);
  const refusal = useJobRefusal(cluster);
  const start = useMutation(mutation(startJob));
  const held = sumOf(plan.held);
  const records = toSend(plan, sendHeld);
  const group = replayGroupOf(job);
  const topics = [...new Set([...plan.targets, ...plan.shadows].map(({ topic }) => topic))];
  const title =
    group === null
      ? sendTitle(records, plan.atMost, targetTopicsPhrase(job, topics))
      : replayTitle(group, records);
  const confirmed = !job.typedConfirmation || typed.replaceAll(/[\s,._]/g, "") === String(records);
  const unapproved = job.approval.needed && job.approval.by === null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (job.hash === null || !isReason(reason) || !confirmed || start.isPending) return;
    start.mutate(
      {
        params: { cluster, number: job.number },
        body: {
          hash: job.hash,
          reason: reason.trim(),
          sendHeld,
          ...(job.typedConfirmation ? { confirmRecords: records } : {}),
        },
      },
      { onSuccess: () => onStarted?.() },
    );
  };
  return (
    <>
      {job.approval.needed && <ApprovalPanel cluster={cluster} job={job} records={records} />}
      <Panel title="Start">
        <form noValidate onSubmit={submit} className="flex max-w-180 flex-col gap-4">
          {job.notes.map(({ code, sentence }) => (
            <Callout key={code} tone="notice" title={sentence} />
          ))}
          {held > 0 && (
            <Checkbox
              checked={sendHeld}
              onCheckedChange={setSendHeld}
              label={`Send the ${recordsPhrase(held)} that ${held === 1 ? "is" : "are"} held, too`}
            />
          )}
          {job.typedConfirmation && (
            <Field
              label="Number of records"
              hint={`Type ${formatCount(records)}, the number that is ${group === null ? "sent" : "read again"}.`}
              error={tried && !confirmed ? `Type ${formatCount(records)}.` : undefined}
            >
              <Input
                mono
                inputMode="numeric"
                autoComplete="off"
                className="max-w-40"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            </Field>
          )}
          <ReasonField
            hint="Stands in the trail of the job and in the audit."
            value={reason}
            onChange={setReason}
            tried={tried}
          />
          {start.error && <JobRefusal error={start.error} what="The start" />}
          <p className="text-muted text-xs">
            {group === null
              ? "Topics, partitions, groups and records are looked at again first; a difference from the plan refuses it, with nothing sent."
              : "The job waits until the group is empty, and looks at everything again before it changes an offset."}
          </p>
          <div className="flex items-center gap-3">
            <Button
              type="submit"
              variant={QUIET_TARGETS.has(job.spec.target.kind) ? "primary" : "danger"}
              busy={start.isPending}
              disabled={refusal !== null || unapproved || records === 0 || plan.refusals.length > 0}
            >
              {title}
            </Button>
            {refusal !== null && refusal !== "" && <span className="text-muted text-xs">{refusal}</span>}
            {unapproved && refusal === null && (
              <span className="text-muted text-xs">It needs the approval of a second person first.</span>
            )}
          </div>
        </form>
      </Panel>
    </>
  );
}
