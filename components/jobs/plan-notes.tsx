import { Callout } from "#components/ui/callout.tsx";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";

/** What holds of every job of its kind: worth knowing, but nothing to worry about. */
const QUIET: ReadonlySet<string> = new Set([
  ...["read_uncommitted", "partition_by_key", "transactions_stall", "shadows_made"],
  // Of a group that is set back.
  ...["undo", "behind_already", "at_most", "left"],
]);
/** Stands over the table of groups already. */
const SAID_ELSEWHERE = "consumers_unseen";

/** What a plan has to say: why it cannot be started, then what to worry about, then what is worth knowing. */
export function PlanNotes({
  plan: { refusals, warnings },
}: {
  plan: Pick<JobPlan, "refusals" | "warnings">;
}) {
  const told = warnings.filter(({ code }) => code !== SAID_ELSEWHERE);
  const loud = told.filter(({ code }) => !QUIET.has(code));
  const quiet = told.filter(({ code }) => QUIET.has(code));
  if (refusals.length + told.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      {refusals.map(({ code, sentence }, index) => (
        <Callout key={`${code} ${index}`} tone="critical" title={sentence} />
      ))}
      {loud.map(({ code, sentence }, index) => (
        <Callout key={`${code} ${index}`} tone="warning" title={sentence} />
      ))}
      {quiet.length > 0 && (
        <Callout tone="notice" title="Worth knowing">
          <ul className="flex flex-col gap-0.5">
            {quiet.map(({ code, sentence }, index) => (
              <li key={`${code} ${index}`}>{sentence}</li>
            ))}
          </ul>
        </Callout>
      )}
    </div>
  );
}
