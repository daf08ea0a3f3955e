import { ErrorState } from "#components/ui/error-state.tsx";
import { ApiError } from "#lib/client/call.ts";

/** What to do next, by the code of the API. */
const NEXT: Readonly<Record<string, string>> = {
  group_not_empty: "Stop the group's consumers, then plan again.",
  reset_plan_changed: "Plan again: the new plan says what would happen now.",
  reset_not_planned: "Reload the page to see what became of it.",
  reset_failed: "Look at the rows below; an undo puts back what was changed.",
  cluster_unreachable: "See that the brokers run and can be reached from the console.",
  permission_missing: "Ask an administrator for the role operator.",
};

/** Refusals that leave everything as it was. */
const CHANGED_NOTHING: ReadonlySet<string> = new Set([
  ...["group_not_empty", "group_not_settled", "group_unsupported", "group_unknown", "topic_unknown"],
  ...["reset_plan_changed", "reset_changes_nothing", "reset_busy", "cluster_read_only", "permission_missing"],
]);

interface ResetRefusalProps {
  error: Error;
  /** What was asked for: "The reset", "The plan". */
  what: string;
}

/** Why a step was not taken: whether anything was changed comes first. */
export function ResetRefusal({ error, what }: ResetRefusalProps) {
  const known = error instanceof ApiError ? error : undefined;
  const unchanged = known !== undefined && CHANGED_NOTHING.has(known.code);
  return (
    <ErrorState
      look="inline"
      title={unchanged ? `${what} was refused, and nothing was changed.` : `${what} failed.`}
      detail={error.message}
      next={known && NEXT[known.code]}
      requestId={known?.requestId}
    />
  );
}
