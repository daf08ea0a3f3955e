import type { Job } from "#lib/domain/jobs/job.ts";

import { replayGroupOf } from "./group-replay-words.ts";
import { meantOf, outcomePhrase, sentOf } from "./job-figures.ts";
import { STATE_WORDS } from "./job-words.ts";

/** Says the progress of a job to a screen reader, in steps of a tenth: each record would be a flood of words. */
export function JobAnnouncement({ job }: { job: Pick<Job, "state" | "number" | "progress" | "target"> }) {
  const { counts, waitsFor } = job.progress;
  const meant = meantOf(counts);
  const rereads = replayGroupOf(job) !== null;
  const done = rereads ? counts.passed : sentOf(counts);
  const tenths = meant === 0 ? 0 : Math.floor((done / meant) * 10);
  const what = rereads ? "read again" : "sent";
  const sent = job.state === "planning" || job.state === "planned" ? "" : ` ${tenths * 10} % ${what}.`;
  const became = job.state === "done" ? ` ${outcomePhrase(counts)}.` : "";
  return (
    <p role="status" className="sr-only">
      {`Job ${job.number} is ${STATE_WORDS[job.state].word}.${sent}${became} ${waitsFor ?? ""}`.trim()}
    </p>
  );
}
