"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleStop, Download, Gauge, Pause, Play } from "lucide-react";
import { useRef, useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { formatQuantity } from "#components/ui/format-quantity.ts";
import { showToast } from "#components/ui/show-toast.tsx";
import { toWire, urlOf } from "#lib/client/call.ts";
import { mutation } from "#lib/client/query.ts";
import { exportJob, pauseJob, resumeJob } from "#lib/contracts/jobs.ts";
import type { Job, JobState } from "#lib/domain/jobs/job.ts";

import { CancelDialog } from "./cancel-dialog.tsx";
import { replayGroupOf } from "./group-replay-words.ts";
import { RateDialog } from "./rate-dialog.tsx";
import { useJobRefusal } from "./use-may.ts";

const CANCELLABLE: readonly JobState[] = ["planning", "planned", "running", "paused", "settling"];
const BRAKED: readonly JobState[] = ["planned", "running", "paused"];

/** What can be done to a job in its state: pause, resume, cancel, another rate; and its records as a file. */
export function JobActions({ cluster, job }: { cluster: string; job: Job }) {
  const [open, setOpen] = useState<"cancel" | "rate" | null>(null);
  const may = useJobRefusal(cluster) === null;
  const close = () => setOpen(null);
  // A group reads at its own pace, and no record of it has a row.
  const copies = replayGroupOf(job) === null;
  const ends = job.wish === "cancel" && job.state !== "cancelled";
  return (
    <>
      {may && copies && BRAKED.includes(job.state) && (
        <Button icon={Gauge} disabled={ends} onClick={() => setOpen("rate")}>
          {job.recordsPerSecond === null ? "No brake" : formatQuantity("rate", job.recordsPerSecond)}…
        </Button>
      )}
      {may && <Steer cluster={cluster} job={job} />}
      {may && CANCELLABLE.includes(job.state) && (
        <Button icon={CircleStop} busy={ends} onClick={() => setOpen("cancel")}>
          Cancel…
        </Button>
      )}
      {job.plan !== null && copies && (
        <Button asChild variant="ghost">
          <a href={urlOf(exportJob, toWire(exportJob, { params: { cluster, number: job.number } }))} download>
            <Download aria-hidden size={14} className="-ml-0.5" />
            NDJSON
          </a>
        </Button>
      )}
      {open === "cancel" && <CancelDialog cluster={cluster} job={job} onClose={close} />}
      {open === "rate" && <RateDialog cluster={cluster} job={job} onClose={close} />}
    </>
  );
}

/** Pause while it runs, resume while it is paused; what was asked for and not done yet stays busy. */
function Steer({ cluster, job }: { cluster: string; job: Job }) {
  const client = useQueryClient();
  // The second click of a double click comes before the button is drawn as busy.
  const underWay = useRef(false);
  const after = (what: string) => ({
    onError: (error: Error) => {
      showToast({ tone: "critical", title: `Job ${job.number} was not ${what}.`, detail: error.message });
      void client.invalidateQueries({ queryKey: [pauseJob.feature] });
    },
    onSettled: () => {
      underWay.current = false;
    },
  });
  const pause = useMutation({ ...mutation(pauseJob), ...after("paused") });
  const resume = useMutation({ ...mutation(resumeJob), ...after("resumed") });
  const once = (steer: () => void) => {
    if (underWay.current) return;
    underWay.current = true;
    steer();
  };
  const asked = { params: { cluster, number: job.number }, body: {} };
  if (job.state === "running") {
    return (
      <Button
        icon={Pause}
        busy={pause.isPending || job.wish === "pause"}
        disabled={job.wish !== "run"}
        onClick={() => once(() => pause.mutate(asked))}
      >
        {job.wish === "pause" ? "Pausing" : "Pause"}
      </Button>
    );
  }
  if (job.state !== "paused") return null;
  return (
    <Button
      icon={Play}
      variant="primary"
      busy={resume.isPending}
      onClick={() => once(() => resume.mutate(asked))}
    >
      Resume
    </Button>
  );
}
