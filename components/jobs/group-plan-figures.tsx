import { Quantity } from "#components/ui/quantity.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import type { JobPlan, PlannedReset } from "#lib/domain/jobs/job-plan.ts";

import { CountedAt } from "./counted-at.tsx";

interface GroupPlanFiguresProps {
  plan: Pick<JobPlan, "readAt" | "atMost" | "groups">;
  reset: PlannedReset;
}

/** The numbers of a replay to a group: what it reads again, and how far it is behind before. */
export function GroupPlanFigures({ plan, reset }: GroupPlanFiguresProps) {
  const lag = plan.groups.reduce((sum, each) => sum + (each.lag ?? 0), 0);
  return (
    <StatRow>
      <Stat
        label="Read again"
        value={<Quantity value={reset.reread} unit="records" />}
        meta={<CountedAt plan={plan} />}
      />
      <Stat
        label="Set back"
        value={<Quantity value={reset.partitions} unit="partitions" />}
        meta={reset.group}
      />
      <Stat
        label="Skipped"
        value={<Quantity value={reset.skipped} unit="records" />}
        meta="a replay never skips"
        {...(reset.skipped > 0 ? { tone: "critical" as const } : {})}
      />
      <Stat label="Behind now" value={<Quantity value={lag} unit="records" />} meta="read after them" />
      <Stat
        label="Behind then"
        value={<Quantity value={lag + reset.reread} unit="records" />}
        meta="alerts are muted"
      />
    </StatRow>
  );
}
