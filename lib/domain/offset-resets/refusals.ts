import type { PlanNote, ResetPlan, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import type { GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import type { GroupState } from "#lib/domain/groups/group.ts";

/** A group must have been Empty this long: a member that restarts is away for less. */
const SETTLED_MS = 20_000;

/** refusalOfKind says why a group of this kind is never reset here; null for one that may be. */
export function refusalOfKind(
  group: string,
  kind: GroupStanding["kind"],
  protocolType: string,
): PlanNote | null {
  if (kind === "share") {
    return {
      code: "share_group",
      sentence:
        "A share group keeps no committed offsets: use Kafka's share group tool (kafka-share-groups).",
    };
  }
  if (kind === "streams") {
    return {
      code: "streams_group",
      sentence:
        "A Streams application keeps state beside its offsets: use Kafka's reset tool (kafka-streams-application-reset).",
    };
  }
  if (protocolType === "connect" || group.startsWith("connect-")) {
    return {
      code: "connect_group",
      sentence:
        "Kafka Connect owns this group: stop the connector and use Connect's offsets API (PATCH /connectors/{name}/offsets).",
    };
  }
  return null;
}

/** refusalOfState says why a group cannot be changed in its present state; null when it can. */
export function refusalOfState(
  { kind, state, memberCount }: Pick<GroupStanding, "kind" | "state" | "memberCount">,
  target: ResetTarget,
): PlanNote | null {
  if (kind === null || state === "dead") {
    if (target.kind === "undo") return null;
    return { code: "group_gone", sentence: "The cluster has no such group." };
  }
  if (state === "empty") return null;
  const who =
    memberCount > 0
      ? `It has ${memberCount} ${memberCount === 1 ? "member" : "members"}.`
      : `It is ${state}.`;
  return {
    code: "group_not_empty",
    sentence: `${who} Stop its consumers first: Kafka takes a reset only while the group is empty.`,
  };
}

/**
 * waitsForMs is how long until a group counts as Empty, ms; 0 when it does. `emptySinceAt` is since when it has been
 * seen so without a break, null when it was not seen before.
 */
export function waitsForMs(emptySinceAt: number | null, now: number): number {
  return emptySinceAt === null ? SETTLED_MS : Math.max(0, emptySinceAt + SETTLED_MS - now);
}

/** refusalsOf is why a plan cannot be applied now, from what it was made of. */
export function refusalsOf(
  plan: Pick<ResetPlan, "groupKind" | "groupState" | "memberCount" | "totals">,
  target: ResetTarget,
): PlanNote[] {
  const { groupKind: kind, groupState: state, memberCount } = plan;
  const refusals: PlanNote[] = [];
  const ofState = refusalOfState({ kind, state, memberCount }, target);
  if (ofState !== null) refusals.push(ofState);
  if (plan.totals.changed === 0 && target.kind !== "delete-group")
    refusals.push({
      code: "nothing_changes",
      sentence: "Every commit is there already: nothing would change.",
    });
  return refusals;
}

/**
 * emptySince is since when a group has been seen Empty without a break; null when it was not. A group that sweeps
 * know in this state alone is so since they first saw it. A plan that found it empty is a sight too, unless a later
 * sweep saw members.
 */
export function emptySince({
  stored,
  seenSinceAt,
  plan,
}: {
  stored: { state: GroupState; stateSinceAt: number | null; observedAt: number } | null;
  seenSinceAt: number | null;
  plan: Pick<ResetPlan, "groupState" | "readAt"> | null;
}): number | null {
  const planned = plan?.groupState === "empty" ? plan.readAt : null;
  if (stored === null) return planned;
  if (stored.state === "empty") return stored.stateSinceAt ?? seenSinceAt ?? planned;
  return planned !== null && stored.observedAt < planned ? planned : null;
}
