import { Panel } from "#components/ui/panel.tsx";
import { Progress } from "#components/ui/progress.tsx";
import type { Job } from "#lib/domain/jobs/job.ts";

/** A plan in the making: how many records were looked at. */
export function PlanningPanel({ planned }: Pick<Job, "planned">) {
  return (
    <Panel title="The plan is being made" meta="nothing is sent">
      {planned !== null && planned.of !== null ? (
        <Progress label="records looked at" done={planned.done} total={planned.of} />
      ) : (
        <p className="text-muted flex items-baseline gap-2 text-sm">
          <span aria-hidden className="bg-notice animate-pulse-soft size-1.5 shrink-0 rounded-full" />A worker
          freezes the selection, then reads each record, runs the transform on it and looks at who will see
          it.
        </p>
      )}
    </Panel>
  );
}
