import { StateTag } from "#components/ui/state-tag.tsx";
import type { JobRow } from "#lib/domain/jobs/job.ts";

import { toneOf } from "./job-figures.ts";
import { STATE_WORDS } from "./job-words.ts";

interface JobStateTagProps {
  job: Pick<JobRow, "state" | "wish" | "counts" | "stateReason">;
  look?: "plain" | "boxed";
}

const ON_THE_WAY = { run: null, pause: "pausing", cancel: "cancelling" } as const;

/** The state of a job, with what a person wants of it while its worker has not seen that yet. */
export function JobStateTag({ job, look = "plain" }: JobStateTagProps) {
  const { word, meaning } = STATE_WORDS[job.state];
  const wish = job.state === "running" || job.state === "settling" ? ON_THE_WAY[job.wish] : null;
  return <StateTag tone={toneOf(job)} word={wish ?? word} hint={job.stateReason ?? meaning} look={look} />;
}
