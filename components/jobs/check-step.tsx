"use client";

import { useRouter } from "next/navigation";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

import { JobAnnouncement } from "./job-announcement.tsx";
import { jobSentence } from "./job-figures.ts";
import { PlanningPanel } from "./planning-panel.tsx";
import { PlanView } from "./plan-view.tsx";
import { StartPanel } from "./start-panel.tsx";
import { useJob } from "./use-job.ts";

interface CheckStepProps {
  cluster: string;
  number: number;
  onBack: () => void;
  /** The job is started: what was written is no longer of use. */
  onStarted: () => void;
}

/** The third step: the plan as it is made, then all of it, then the button that sends. */
export function CheckStep({ cluster, number, onBack, onStarted }: CheckStepProps) {
  const router = useRouter();
  const asked = useJob(cluster, number);
  const job = asked.data;
  if (job === undefined) {
    return asked.error ? (
      <ApiErrorState
        error={asked.error}
        what={`Job ${number}`}
        retrying={asked.isFetching}
        onRetry={() => void asked.refetch()}
      />
    ) : (
      <Skeleton className="h-64 w-full" />
    );
  }
  const started = () => {
    onStarted();
    router.push(paths.job(cluster, number));
  };
  return (
    <div className="flex flex-col gap-4">
      <JobAnnouncement job={job} />
      <div className="flex items-center gap-3 text-sm">
        <Button size="sm" onClick={onBack}>
          Change it
        </Button>
        <span className="text-muted">
          The plan is kept as{" "}
          <Link href={paths.job(cluster, number)} className="underline underline-offset-3">
            job {number}
          </Link>
          : it can be started later, or by somebody else.
        </span>
      </div>
      <Plan cluster={cluster} job={job} onStarted={started} />
    </div>
  );
}

interface PlanProps {
  cluster: string;
  job: Job;
  onStarted: () => void;
}

function Plan({ cluster, job, onStarted }: PlanProps) {
  if (job.state === "planning") return <PlanningPanel planned={job.planned} />;
  const gone = job.state !== "planned" && job.state !== "refused";
  return (
    <>
      {gone && (
        <Callout
          tone="notice"
          title={jobSentence(job)}
          action={
            <Link href={paths.job(cluster, job.number)} className="underline underline-offset-3">
              Job {job.number}
            </Link>
          }
        />
      )}
      {job.state === "refused" && <Callout tone="critical" title={jobSentence(job)} />}
      {job.plan !== null && <PlanView cluster={cluster} job={job} plan={job.plan} />}
      {job.plan !== null && job.state === "planned" && (
        <StartPanel cluster={cluster} job={job} plan={job.plan} onStarted={onStarted} />
      )}
    </>
  );
}
