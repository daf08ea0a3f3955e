import { Duration } from "#components/ui/duration.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import type { Job } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

import { rereadTotal } from "./group-replay-words.ts";
import { ResetPanel } from "./reset-panel.tsx";

interface GroupProgressProps {
  cluster: string;
  job: Job;
  group: string;
}

/** How far a group is with what it reads again: waiting to be set back, then back to where it stood. */
export function GroupProgress({ cluster, job, group }: GroupProgressProps) {
  const { counts, waitsFor } = job.progress;
  const total = rereadTotal(counts);
  const ended = job.endedAt !== null;
  return (
    <>
      <Figures job={job} total={total} />
      <Panel
        title={ended ? "What was read again" : "Now"}
        {...(ended || waitsFor === null ? {} : { meta: "live, from the group's commits" })}
      >
        <div className="flex flex-col gap-2">
          <Progress label="records read again" done={counts.passed} total={total} />
          {!ended && waitsFor !== null && <p className="text-sm">{waitsFor}</p>}
        </div>
      </Panel>
      <ResetPanel cluster={cluster} group={group} resetId={job.resetId} />
    </>
  );
}

function Figures({ job: { state, progress }, total }: { job: Job; total: number }) {
  const { counts, recordsPerSecond, sendsInMs } = progress;
  const reads = state === "settling";
  const idle = reads ? "The group has not read for ten seconds." : "The offsets are not set back now.";
  return (
    <StatRow>
      <Stat
        label="Read again"
        value={<Quantity value={counts.passed} live />}
        meta={`of ${recordsPhrase(total)}`}
      />
      <Stat
        label="Left to read"
        value={<Quantity value={counts.sent + counts.pending} live />}
        meta={counts.pending > 0 ? "not set back yet" : "until where it stood"}
      />
      <Stat
        label="Not known"
        value={<Quantity value={counts.unknown} live />}
        meta="moved by others"
        {...(counts.unknown > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Rate"
        value={<Quantity kind="rate" value={reads ? recordsPerSecond : null} reason={idle} live />}
        meta="by its commits"
      />
      <Stat
        label="All read in"
        value={<Duration ms={reads ? sendsInMs : null} reason={idle} live />}
        meta="at that rate"
      />
    </StatRow>
  );
}
