import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSettings } from "#lib/domain/jobs/job-settings.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

/** An approval lapses after this time. */
export const APPROVAL_MS = 24 * 3_600_000;

type Settings = Pick<JobSettings, "typedOver" | "approvalOver">;

/** All that a plan may send: what is held may be sent by choice. */
const mostOf = ({ records, held }: JobPlan): number =>
  records + held.reduce((sum, { count }) => sum + count, 0);

/**
 * approvalReason says why a second person has to agree, in a sentence; null where none has to: to more records than the
 * configuration lets one person send, and to a replay that a group reads whose reading again has effects outside,
 * whether it is the one meant or another reader of the target. A shadow topic that nobody reads needs none.
 */
export function approvalReason(
  { kind }: Pick<JobSpec, "kind">,
  plan: JobPlan | null,
  settings: Settings,
): string | null {
  if (plan === null) return null;
  const external = plan.groups.filter(({ effects }) => effects === "external");
  if (kind === "replay" && external.length > 0) {
    const groups = [...new Set(external.map(({ group }) => group))].join(", ");
    return `Reading again has effects outside for ${groups}.`;
  }
  if (mostOf(plan) <= settings.approvalOver) return null;
  return `More than the ${recordsPhrase(settings.approvalOver)} that one person may send.`;
}

/** needsApproval says whether a second person has to agree: {@link approvalReason} tells why. */
export const needsApproval = (
  spec: Pick<JobSpec, "kind">,
  plan: JobPlan | null,
  settings: Settings,
): boolean => approvalReason(spec, plan, settings) !== null;

/** needsTyping says whether the number of records has to be typed at the start. */
export const needsTyping = (plan: JobPlan | null, settings: Settings): boolean =>
  plan !== null && mostOf(plan) > settings.typedOver;
