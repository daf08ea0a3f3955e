"use client";

import { useQuery } from "@tanstack/react-query";

import { Callout } from "#components/ui/callout.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { query } from "#lib/client/query.ts";
import { listJobs } from "#lib/contracts/jobs.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { JobRow } from "#lib/domain/jobs/job.ts";

import { rereadTotal } from "./group-replay-words.ts";
import { meantOf, sentOf } from "./job-figures.ts";

interface GroupJobsBannerProps {
  cluster: string;
  group: string;
}

const ASK_EVERY_MS = 5_000;
const MOST = 20;
const SENDS = {
  running: "is sending to this group",
  paused: "is paused",
  settling: "has sent to this group",
};

const REPLAYS = {
  running: "waits to set this group back",
  paused: "is paused",
  settling: "has set this group back",
};

/** The jobs that send to a group now, each with the way to it; nothing where there is none. */
export function GroupJobsBanner({ cluster, group }: GroupJobsBannerProps) {
  const asked = useQuery({
    ...query(listJobs, { params: { cluster }, query: { group, state: "active", limit: MOST } }),
    refetchInterval: ASK_EVERY_MS,
    // The page stands without it: a group's own figures do not depend on jobs.
    retry: false,
  });
  const sending = (asked.data?.items ?? []).filter(
    (job): job is JobRow & { state: keyof typeof SENDS } => job.state in SENDS,
  );
  if (sending.length === 0) return null;
  return (
    <div className="mb-4 flex flex-col gap-2">
      {sending.map((job) => (
        <Callout
          key={job.id}
          tone={job.state === "paused" ? "warning" : "notice"}
          title={`Job ${job.number} ${(job.target.kind === "group" ? REPLAYS : SENDS)[job.state]}: ${job.name}.`}
          action={
            <Link href={paths.job(cluster, job.number)} className="underline underline-offset-3">
              Job {job.number}
            </Link>
          }
        >
          {job.target.kind === "group"
            ? `${formatCount(job.counts.passed)} of ${formatCount(rereadTotal(job.counts))} records are read again. Its lag rises when the offsets are set back.`
            : `${formatCount(sentOf(job.counts))} of ${formatCount(meantOf(job.counts))} records sent. Its lag may rise while they arrive.`}
        </Callout>
      ))}
    </div>
  );
}
