"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { mutation, query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { approveJob } from "#lib/contracts/jobs.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { replayGroupOf } from "./group-replay-words.ts";
import { JobRefusal } from "./job-refusal.tsx";
import { useJobRefusal } from "./use-may.ts";

interface ApprovalPanelProps {
  cluster: string;
  job: Job;
  records: number;
}

/** The second person's word: given, waited for, or to be given here by somebody else than the requester. */
export function ApprovalPanel({ cluster, job, records }: ApprovalPanelProps) {
  const me = useQuery(query(getMe, {}));
  const refusal = useJobRefusal(cluster);
  const { by, at } = job.approval;
  if (by !== null) {
    return (
      <Callout tone="ok" title={`Approved by ${by}.`}>
        <RelativeTime at={at} />. It holds for this plan alone, for 24 hours.
      </Callout>
    );
  }
  const mine = me.data !== undefined && [me.data.email, me.data.name].includes(job.requestedBy);
  if (mine || refusal !== null) {
    return (
      <Callout tone="warning" title="It needs the approval of a second person.">
        {job.approval.why}{" "}
        {mine
          ? "You asked for it, so another operator approves it: send them the link of this page."
          : "An operator other than the requester approves it here."}
      </Callout>
    );
  }
  return <ApprovalForm cluster={cluster} job={job} records={records} />;
}

function ApprovalForm({ cluster, job, records }: ApprovalPanelProps) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const approve = useMutation(mutation(approveJob));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (job.hash === null || !isReason(reason) || approve.isPending) return;
    approve.mutate({
      params: { cluster, number: job.number },
      body: { hash: job.hash, reason: reason.trim() },
    });
  };
  return (
    <Panel title="Approval" meta={`asked for by ${job.requestedBy}`}>
      <form noValidate onSubmit={submit} className="flex max-w-180 flex-col gap-3">
        {job.approval.why !== null && <p className="text-sm">{job.approval.why}</p>}
        <ReasonField
          label={replayGroupOf(job) === null ? "Why it may be sent" : "Why it may be read again"}
          hint="Stands in the trail of the job and in the audit. The approval holds for this plan alone, for 24 hours."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
        {approve.error && <JobRefusal error={approve.error} what="The approval" />}
        <Button type="submit" variant="primary" className="self-start" busy={approve.isPending}>
          {replayGroupOf(job) === null
            ? `Approve sending ${recordsPhrase(records)}`
            : `Approve reading ${recordsPhrase(records)} again`}
        </Button>
      </form>
    </Panel>
  );
}
