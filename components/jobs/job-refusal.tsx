import { Refusal } from "#components/layout/refusal.tsx";

/** What to do next, by the code of the API. */
const NEXT: Readonly<Record<string, string>> = {
  selection_changed: "Go back to the first step and count again.",
  job_plan_changed: "Plan again: the new plan says what would happen now.",
  job_not_planned: "Reload the page to see what became of it.",
  job_not_running: "Reload the page to see what became of it.",
  job_not_approved: "Ask another operator to approve it; the approval lapses after 24 hours.",
  job_confirmation_wrong: "Type the number of records that the button names.",
  approval_own: "Send the link of this page to another operator.",
  transform_invalid: "Mend it where it stands above.",
  cluster_unreachable: "See that the brokers run and can be reached from the console.",
  permission_missing: "Ask an administrator for the role operator.",
};

interface JobRefusalProps {
  error: Error;
  /** What was asked for: "The plan", "The start". */
  what: string;
}

/** Why a step was not taken, and what to do next. A refusal has changed nothing. */
export function JobRefusal({ error, what }: JobRefusalProps) {
  return <Refusal error={error} what={what} nothing="changed" next={NEXT} />;
}
