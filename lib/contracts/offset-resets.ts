import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, instant, listOf, offset, pageQuery, rate, reason } from "#lib/contracts/wire.ts";
import { GROUP_KINDS, GROUP_STATES } from "#lib/domain/groups/group.ts";
import {
  RESET_EFFECTS,
  RESET_STATES,
  type OffsetReset,
  type OffsetResetRow,
  type OffsetSnapshot,
  type ResetPlan,
  type ResetScope,
  type ResetTarget,
} from "#lib/domain/offset-resets/offset-reset.ts";
import type { Commit } from "#lib/domain/offset-resets/standing.ts";

const groupParams = z.object({ cluster: z.string(), group: z.string() });
const resetParams = z.object({ ...groupParams.shape, id: z.string() });
const partitionRef = z.object({ topic: z.string().min(1).max(249), partition: count });

const target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("earliest") }),
  z.object({ kind: z.literal("latest") }),
  z.object({ kind: z.literal("time"), at: instant }),
  z.object({ kind: z.literal("ago"), ms: count }),
  z.object({ kind: z.literal("offset"), offset }),
  z.object({ kind: z.literal("shift"), by: z.number().int() }),
  z.object({ kind: z.literal("group"), group: z.string() }),
  z.object({ kind: z.literal("snapshot"), id: z.uuid() }),
  z.object({ kind: z.literal("undo"), id: z.uuid() }),
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("delete-group") }),
]) satisfies z.ZodType<ResetTarget>;

const scope = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("all") }),
  z.object({ kind: z.literal("topics"), topics: z.array(z.string().min(1).max(249)).min(1).max(500) }),
  z.object({ kind: z.literal("partitions"), partitions: z.array(partitionRef).min(1).max(10_000) }),
]) satisfies z.ZodType<ResetScope>;

const commit = z.object({
  offset,
  leaderEpoch: count.nullable(),
  metadata: z.string(),
}) satisfies z.ZodType<Commit>;

const note = z.object({ code: z.string(), sentence: z.string() });

const totals = z.object({
  changed: count,
  reread: count,
  skipped: count,
  forgotten: count,
  taken: count,
  lagAfter: count.nullable(),
  atMost: z.boolean(),
  fromAt: instant.nullable(),
  toAt: instant.nullable(),
});

const plan = z.object({
  readAt: instant,
  groupKind: z.enum(GROUP_KINDS).nullable(),
  groupState: z.enum(GROUP_STATES),
  protocolType: z.string(),
  memberCount: count,
  topics: z.array(z.object({ topic: z.string(), topicId: z.string(), partitionCount: count })),
  rows: z.array(
    z.object({
      topic: z.string(),
      partition: count,
      from: commit.nullable(),
      to: commit.nullable(),
      wanted: z
        .codec(z.string().regex(/^-?\d+$/), z.bigint(), {
          decode: (text) => BigInt(text),
          encode: (value) => value.toString(),
        })
        .nullable(),
      clamped: z.enum(["start", "end"]).nullable(),
      start: offset,
      end: offset,
      effect: z.enum(RESET_EFFECTS),
      records: count.nullable(),
      taken: count,
      processed: count.nullable(),
      fromAt: instant.nullable(),
      toAt: instant.nullable(),
      atMost: z.boolean(),
    }),
  ),
  left: z.array(z.object({ topic: z.string(), partition: count, reason: z.string() })),
  totals,
  consumeRate: rate.nullable(),
  drainsInMs: count.nullable(),
  warnings: z.array(note),
  refusals: z.array(note),
}) satisfies z.ZodType<ResetPlan>;

const resetShape = {
  id: z.uuid(),
  group: z.string(),
  state: z.enum(RESET_STATES),
  target,
  plannedAt: instant,
  plannedBy: z.string(),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  appliedAt: instant.nullable(),
  failures: z.array(z.string()),
  watch: z
    .object({
      untilAt: instant,
      endedAt: instant.nullable(),
      lookedAt: instant.nullable(),
      findings: z.array(
        z.object({
          topic: z.string(),
          partition: count,
          seenAt: instant,
          put: offset.nullable(),
          found: offset.nullable(),
          what: z.enum(["overwritten", "read-on", "moved-back"]),
        }),
      ),
    })
    .nullable(),
  undoneBy: z.uuid().nullable(),
};
const resetRow = z.object({ ...resetShape, totals }) satisfies z.ZodType<OffsetResetRow>;
const reset = z.object({ ...resetShape, scope, plan, hash: z.string() }) satisfies z.ZodType<OffsetReset>;

const decision = z.object({
  /** Why; stands in the history of the group and in the audit. */
  reason,
});

const PATH = "/api/v1/clusters/{cluster}/groups/{group}/offset-resets";

/** listOffsetResets: what was planned for a group's commits and what became of it, newest first. */
export const listOffsetResets = endpoint({
  feature: "groups",
  method: "GET",
  path: PATH,
  summary: "Offset resets of a group, planned and applied, newest first.",
  permission: "groups:read",
  params: groupParams,
  query: z.object(pageQuery),
  body: z.undefined(),
  response: listOf(resetRow, {}),
});

/** getOffsetReset: one reset with its plan and, once applied, what was seen of it. */
export const getOffsetReset = endpoint({
  feature: "groups",
  method: "GET",
  path: `${PATH}/{id}`,
  summary: "One offset reset with its plan, its outcome and what was seen in the half minute after it.",
  permission: "groups:read",
  params: resetParams,
  query: z.object({}),
  body: z.undefined(),
  response: reset,
});

/** planOffsetReset makes a plan and stores it; nothing is changed. */
export const planOffsetReset = endpoint({
  feature: "groups",
  method: "POST",
  path: PATH,
  summary: "Plans an offset reset, a deletion of commits or of a group, or an undo; changes nothing.",
  permission: "groups:operate",
  params: groupParams,
  query: z.object({}),
  body: z.object({ target, scope: scope.default({ kind: "all" }) }),
  response: reset,
  audit: "offset-reset.plan",
});

/** applyOffsetReset does what a plan says, if everything is still as the plan found it. */
export const applyOffsetReset = endpoint({
  feature: "groups",
  method: "POST",
  path: `${PATH}/{id}/apply`,
  summary:
    "Applies a planned offset reset; refused with the difference when anything has changed since the plan.",
  permission: "groups:operate",
  params: resetParams,
  query: z.object({}),
  body: decision,
  response: reset,
  audit: "offset-reset.apply",
});

/** undoOffsetReset puts back every commit that a reset changed, "no commit" included; a reset of its own. */
export const undoOffsetReset = endpoint({
  feature: "groups",
  method: "POST",
  path: `${PATH}/{id}/undo`,
  summary: "Undoes an offset reset at once: plans the way back and applies it. Answers the undoing reset.",
  permission: "groups:operate",
  params: resetParams,
  query: z.object({}),
  body: decision,
  response: reset,
  audit: "offset-reset.undo",
});

const SNAPSHOTS = "/api/v1/clusters/{cluster}/groups/{group}/offset-snapshots";

const snapshot = z.object({
  id: z.uuid(),
  group: z.string(),
  name: z.string(),
  takenAt: instant,
  takenBy: z.string(),
  partitionCount: count,
}) satisfies z.ZodType<OffsetSnapshot>;

/** listOffsetSnapshots: the named snapshots of a group's commits, newest first. */
export const listOffsetSnapshots = endpoint({
  feature: "groups",
  method: "GET",
  path: SNAPSHOTS,
  summary: "Named snapshots of a group's commits, newest first.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({ items: z.array(snapshot) }),
});

/** saveOffsetSnapshot reads a group's commits now and keeps them under a name. */
export const saveOffsetSnapshot = endpoint({
  feature: "groups",
  method: "POST",
  path: SNAPSHOTS,
  summary: "Keeps the present commits of a group under a name, to reset to later.",
  permission: "groups:operate",
  params: groupParams,
  query: z.object({}),
  body: z.object({ name: z.string().trim().min(1).max(100) }),
  response: snapshot,
  audit: "offset-snapshot.save",
});
