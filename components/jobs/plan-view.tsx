import { formatCount } from "#components/ui/format-quantity.ts";
import { Panel } from "#components/ui/panel.tsx";
import type { JobPlan, ReasonCount } from "#lib/domain/jobs/job-plan.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

import { BlastRadius } from "./blast-radius.tsx";
import { GroupPlanFigures } from "./group-plan-figures.tsx";
import { PlanFigures } from "./plan-figures.tsx";
import { PlanNotes } from "./plan-notes.tsx";
import { PlanPreview } from "./plan-preview.tsx";
import { ResetPanel } from "./reset-panel.tsx";
import { SpecFacts } from "./spec-facts.tsx";

interface PlanViewProps {
  cluster: string;
  job: Job;
  plan: JobPlan;
}

/** A plan: what would be sent, what is left out and why, who will see it again, and the first records as a diff. */
export function PlanView({ cluster, job, plan }: PlanViewProps) {
  const { reset } = plan;
  return (
    <div className="flex flex-col gap-4">
      {reset === null ? <PlanFigures plan={plan} /> : <GroupPlanFigures plan={plan} reset={reset} />}
      <PlanNotes plan={plan} />
      {/* Behind the start it stands with the progress. */}
      {reset !== null && job.startedAt === null && (
        <ResetPanel cluster={cluster} group={reset.group} resetId={job.resetId} />
      )}
      {reset === null ? (
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
          <SpecFacts cluster={cluster} job={job} plan={plan} />
          <LeftOut plan={plan} />
        </div>
      ) : (
        <SpecFacts cluster={cluster} job={job} plan={plan} />
      )}
      <BlastRadius cluster={cluster} job={job} plan={plan} />
      <PlanPreview cluster={cluster} number={job.number} copies={reset === null} />
    </div>
  );
}

/** What is held and what is refused, by reason. */
function LeftOut({ plan: { held, refused } }: { plan: JobPlan }) {
  if (held.length + refused.length === 0) {
    return (
      <Panel title="Left out">
        <p className="text-muted text-sm">Nothing: every record of the selection is sent.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Left out" meta="record by record on the tab Records">
      <div className="flex flex-col gap-3">
        <Reasons title="Held, and sent by choice" reasons={held} />
        <Reasons title="Refused" reasons={refused} />
      </div>
    </Panel>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: readonly ReasonCount[] }) {
  if (reasons.length === 0) return null;
  return (
    <div>
      <h3 className="text-muted mb-1 text-xs">{title}</h3>
      <ul className="flex flex-col gap-1 text-sm">
        {reasons.map(({ code, sentence, count }) => (
          <li key={code} className="flex items-baseline gap-3">
            <span className="tabular w-14 shrink-0 text-right font-medium">{formatCount(count)}</span>
            <span className="min-w-0">{sentence}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
