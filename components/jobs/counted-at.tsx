import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";

/** What the count of a plan's records stands on: offsets alone, or the records as they were read. */
export function CountedAt({ plan }: { plan: Pick<JobPlan, "atMost" | "readAt"> }) {
  if (plan.atMost) return "at most, by offsets";
  return (
    <span>
      read <RelativeTime at={plan.readAt} />
    </span>
  );
}
