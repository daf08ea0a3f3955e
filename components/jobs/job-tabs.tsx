"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";

import { Tabs } from "#components/ui/tabs.tsx";
import type { Job } from "#lib/domain/jobs/job.ts";

import { replayGroupOf } from "./group-replay-words.ts";
import { JobEvents } from "./job-events.tsx";
import { JobRecords } from "./job-records.tsx";
import { PlanView } from "./plan-view.tsx";
import { StartPanel } from "./start-panel.tsx";

const TABS = ["records", "plan", "trail"] as const;

/** Records, plan and trail of a job; before it is started the plan comes first, with the last step below it. */
export function JobTabs({ cluster, job }: { cluster: string; job: Job }) {
  const [chosen, setChosen] = useQueryState("tab", parseAsStringLiteral(TABS));
  if (job.plan === null) return <JobEvents events={job.events} />;
  // A group that is set back reads records, and no copy of one has an outcome of its own.
  const copies = replayGroupOf(job) === null;
  const opens = job.startedAt === null || !copies ? "plan" : "records";
  const tab = chosen === null || (chosen === "records" && !copies) ? opens : chosen;
  return (
    <Tabs
      label="Job details"
      value={tab}
      onValueChange={(next) => void setChosen(next)}
      tabs={[
        {
          id: "plan",
          label: "Plan",
          panel: (
            <div className="flex flex-col gap-4">
              <PlanView cluster={cluster} job={job} plan={job.plan} />
              {job.state === "planned" && <StartPanel cluster={cluster} job={job} plan={job.plan} />}
            </div>
          ),
        },
        ...(copies
          ? [{ id: "records" as const, label: "Records", panel: <JobRecords cluster={cluster} job={job} /> }]
          : []),
        { id: "trail", label: "Trail", count: job.events.length, panel: <JobEvents events={job.events} /> },
      ]}
    />
  );
}
