import type { AffectedGroup, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import type { ResetPlan } from "#lib/domain/offset-resets/offset-reset.ts";
import { partitionsPhrase } from "#lib/domain/time/phrase.ts";

/** What the plan of a replay to a group found. */
interface Found {
  group: string;
  reset: Pick<ResetPlan, "memberCount" | "groupState" | "warnings">;
  /** Partitions where the group stands before the wanted place. */
  behind: number;
  groups: readonly AffectedGroup[];
}

/** groupReplayWarnings is what a replay to a group has to say to who starts it, the weightiest first. */
export function groupReplayWarnings({ group, reset, behind, groups }: Found): PlanNote[] {
  return [
    ...aboutEffects(group, groups),
    ...aboutMembers(group, reset),
    ...reset.warnings,
    ...more(group, behind),
  ];
}

function aboutEffects(group: string, groups: readonly AffectedGroup[]): PlanNote[] {
  const [own] = groups;
  const notes: PlanNote[] = [];
  if (own?.effects === "external")
    notes.push({
      code: "external_effects",
      sentence: `Reading again has effects outside for: ${group}. A second person has to agree.`,
    });
  else if (own?.effects !== "pure")
    notes.push({
      code: "effects_unknown",
      sentence: `Nobody declared whether ${group} has effects outside, such as mails or payments: reading again repeats them.`,
    });
  if (own?.dedups === "yes")
    notes.push({
      code: "processed_already",
      sentence: `Group ${group} keeps what it processed: events that it remembers are swallowed, not processed again.`,
    });
  return notes;
}

function aboutMembers(
  group: string,
  { groupState, memberCount }: Pick<ResetPlan, "groupState" | "memberCount">,
): PlanNote[] {
  if (groupState === "empty") return [];
  const who = memberCount === 1 ? "1 member" : `${memberCount} members`;
  return [
    {
      code: "waits_for_empty",
      sentence: `Group ${group} has ${who}: after the start the job waits until all are stopped. What the group reads until then is read again, too.`,
    },
  ];
}

function more(group: string, behind: number): PlanNote[] {
  const notes: PlanNote[] = [];
  if (behind > 0)
    notes.push({
      code: "behind_already",
      sentence: `On ${partitionsPhrase(behind)} group ${group} stands before that place: it stays there, and skips nothing.`,
    });
  notes.push({
    code: "undo",
    sentence:
      "The offsets can be put back by an undo of the reset; what was read again by then stays processed.",
  });
  return notes;
}
