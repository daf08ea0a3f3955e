import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, historyQuery, instant, listOf, offset, pageQuery, rate } from "#lib/contracts/wire.ts";
import {
  GROUP_KINDS,
  GROUP_STATES,
  type GroupDetail,
  type GroupHistory,
  type GroupRow,
} from "#lib/domain/groups/group.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";

/** GROUP_SORTS: how a list of groups may be ordered; `trouble` is verdict worst first, then lag. */
export const GROUP_SORTS = ["trouble", "id", "lag", "timeLag", "members", "state"] as const;

const groupParams = z.object({ cluster: z.string(), group: z.string() });

const groupRowShape = {
  id: z.string(),
  kind: z.enum(GROUP_KINDS),
  state: z.enum(GROUP_STATES),
  stateSinceAt: instant.nullable(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  lag: count.nullable(),
  timeLagMs: count.nullable(),
  drainsInMs: count.nullable(),
  consumeRate: rate.nullable(),
  memberCount: count,
  topics: z.array(z.string()),
  spark: z.array(count.nullable()),
  observedAt: instant,
};
const groupRow = z.object(groupRowShape) satisfies z.ZodType<GroupRow>;

const partitionLag = z.discriminatedUnion("state", [
  z.object({ state: z.literal("known"), lag: count }),
  z.object({ state: z.literal("lost"), lag: count, lost: count }),
  z.object({ state: z.literal("uncommitted") }),
  z.object({ state: z.literal("beyond-end"), by: count }),
  z.object({ state: z.literal("orphaned") }),
  z.object({ state: z.literal("unknown"), reason: z.string() }),
]);

const groupDetail = z.object({
  ...groupRowShape,
  protocolType: z.string(),
  coordinatorId: z.number().int().nullable(),
  partitions: z.array(
    z.object({
      topic: z.string(),
      partition: count,
      committed: offset.nullable(),
      end: offset.nullable(),
      start: offset.nullable(),
      lag: partitionLag,
      timeLagMs: count.nullable(),
      verdict: z.enum(VERDICTS),
      reason: z.string(),
      memberId: z.string().nullable(),
      movedAt: instant.nullable(),
    }),
  ),
  members: z.array(
    z.object({
      memberId: z.string(),
      clientId: z.string(),
      host: z.string(),
      instanceId: z.string().nullable(),
      assignments: z.array(z.object({ topic: z.string(), partitions: z.array(count) })),
    }),
  ),
}) satisfies z.ZodType<GroupDetail>;

/** listGroups: groups of a cluster, by trouble unless asked otherwise. */
export const listGroups = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups",
  summary: "Consumer groups with verdict, lag and a sparkline of the last hour.",
  permission: "groups:read",
  params: z.object({ cluster: z.string() }),
  query: z.object({
    ...pageQuery,
    /** Matches a part of the group id or of one of its topics, in any case. */
    q: z.string().max(300).optional(),
    topic: z.string().max(249).optional(),
    verdict: z.enum(VERDICTS).optional(),
    state: z.enum(GROUP_STATES).optional(),
    kind: z.enum(GROUP_KINDS).optional(),
    sort: z.enum(GROUP_SORTS).default("trouble"),
    order: z.enum(["asc", "desc"]).optional(),
  }),
  body: z.undefined(),
  response: listOf(groupRow, {
    /** Groups a verdict and groups without members, over everything `q` and `topic` match: the state tiles. */
    counts: z.object({ all: count, empty: count, byVerdict: z.record(z.enum(VERDICTS), count) }),
  }),
});

/** getGroup: one group with its partitions and members. */
export const getGroup = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}",
  summary: "One consumer group: verdict, partitions and members.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({}),
  body: z.undefined(),
  response: groupDetail,
});

/** getGroupHistory: lag by topic and rates over a range; the last hour by default. */
export const getGroupHistory = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}/history",
  summary: "A group's lag by topic, and commit and end rates, over time.",
  permission: "groups:read",
  params: groupParams,
  query: historyQuery,
  body: z.undefined(),
  response: z.object({
    fromAt: instant,
    toAt: instant,
    stepMs: count,
    at: z.array(instant),
    series: z.array(z.object({ topic: z.string(), lag: z.array(count.nullable()) })),
    commitRate: z.array(rate.nullable()),
    endRate: z.array(rate.nullable()),
  }) satisfies z.ZodType<GroupHistory>,
});
