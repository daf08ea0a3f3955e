import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSettings } from "#lib/domain/jobs/job-settings.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";

/** An approval lapses after this time. */
export const APPROVAL_MS = 24 * 3_600_000;

type Settings = Pick<JobSettings, "typedOver" | "approvalOver">;

/** All that a plan may send: what is held may be sent by choice. */
const mostOf = ({ records, held }: JobPlan): number =>
  records + held.reduce((sum, { count }) => sum + count, 0);

/**
 * needsApproval says whether a second person has to agree: to more records than the configuration lets one person
 * send, and to a replay for a group whose reading again has effects outside.
 */
export function needsApproval(
  { kind }: Pick<JobSpec, "kind">,
  plan: JobPlan | null,
  settings: Settings,
): boolean {
  if (plan === null) return false;
  if (mostOf(plan) > settings.approvalOver) return true;
  return kind === "replay" && plan.groups.some(({ effects }) => effects === "external");
}

/** needsTyping says whether the number of records has to be typed at the start. */
export const needsTyping = (plan: JobPlan | null, settings: Settings): boolean =>
  plan !== null && mostOf(plan) > settings.typedOver;
