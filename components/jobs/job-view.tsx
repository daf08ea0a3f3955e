"use client";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

import { GroupProgress } from "./group-progress.tsx";
import { replayGroupOf } from "./group-replay-words.ts";
import { JobActions } from "./job-actions.tsx";
import { JobAnnouncement } from "./job-announcement.tsx";
import { jobSentence, toneOf } from "./job-figures.ts";
import { JobProgress } from "./job-progress.tsx";
import { JobStateTag } from "./job-state-tag.tsx";
import { JobTabs } from "./job-tabs.tsx";
import { KIND_WORDS } from "./job-words.ts";
import { PlanningPanel } from "./planning-panel.tsx";
import { useJob } from "./use-job.ts";

interface JobViewProps {
  cluster: string;
  number: number;
}

/** One job: where it stands, what can be done to it, its progress, its records, its plan and its trail. */
export function JobView({ cluster, number }: JobViewProps) {
  const asked = useJob(cluster, number);
  const error = useStandingError(asked);
  const job = asked.data;
  const trail = [{ label: "Jobs", href: paths.jobs(cluster) }];
  if (error?.is("job_unknown") === true)
    return <JobMissing cluster={cluster} number={number} trail={trail} />;
  return (
    <>
      <PageHeader
        trail={trail}
        title={
          <>
            <span className="text-muted tabular font-normal">#{number}</span> {job?.name}
          </>
        }
        verdict={job ? jobSentence(job) : error ? "The job could not be read." : undefined}
        tone={job ? toneOf(job) : "neutral"}
        meta={job && <Meta job={job} />}
        actions={job && <JobActions cluster={cluster} job={job} />}
      />
      {error && (
        <div className="mb-4">
          <ApiErrorState
            error={error}
            what="The job"
            look={job === undefined ? "block" : "inline"}
            retrying={asked.isFetching}
            onRetry={() => void asked.refetch()}
          />
        </div>
      )}
      {job === undefined ? (
        !error && <Skeleton className="h-96 w-full" />
      ) : (
        <Body cluster={cluster} job={job} />
      )}
    </>
  );
}

function Meta({ job }: { job: Job }) {
  return (
    <MetaLine>
      <JobStateTag job={job} />
      <span title={KIND_WORDS[job.kind].meaning}>{KIND_WORDS[job.kind].word}</span>
      <span>
        requested by {job.requestedBy} <RelativeTime at={job.requestedAt} />
      </span>
      {job.endedAt !== null && (
        <span>
          ended <RelativeTime at={job.endedAt} />
        </span>
      )}
      <CopyId value={job.id} shown={job.id.slice(-8)} what="job id" />
    </MetaLine>
  );
}

function Body({ cluster, job }: { cluster: string; job: Job }) {
  const told = [job.spec.description, job.reason === null ? "" : `Reason: ${job.reason}`].filter(
    (line) => line !== "",
  );
  return (
    <div className="flex flex-col gap-4">
      <JobAnnouncement job={job} />
      {told.length > 0 && (
        <p className="text-muted max-w-200 text-sm whitespace-pre-line">{told.join("\n")}</p>
      )}
      {job.state === "planning" && <PlanningPanel planned={job.planned} />}
      {job.startedAt !== null && <Progress cluster={cluster} job={job} />}
      <JobTabs cluster={cluster} job={job} />
    </div>
  );
}

function Progress({ cluster, job }: { cluster: string; job: Job }) {
  const group = replayGroupOf(job);
  return group === null ? (
    <JobProgress job={job} />
  ) : (
    <GroupProgress cluster={cluster} job={job} group={group} />
  );
}

interface JobMissingProps extends JobViewProps {
  trail: readonly { label: string; href: string }[];
}

function JobMissing({ cluster, number, trail }: JobMissingProps) {
  return (
    <MissingPage
      trail={trail}
      title={`#${number}`}
      verdict={`${cluster} has no job ${number}.`}
      noun="job"
      why="The address is wrong, or the job belongs to another cluster."
      next={{ label: `All jobs of ${cluster}`, href: paths.jobs(cluster) }}
    />
  );
}
