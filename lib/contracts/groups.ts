import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import {
  count,
  historyQuery,
  instant,
  listOf,
  offset,
  pageQuery,
  partialFailure,
  rate,
} from "#lib/contracts/wire.ts";
import {
  GROUP_EVENT_KINDS,
  GROUP_KINDS,
  GROUP_STATES,
  READER_ROLES,
  type ExactTimeLag,
  type GroupDetail,
  type GroupEvent,
  type GroupHeat,
  type GroupHistory,
  type GroupRow,
  type PartitionSample,
} from "#lib/domain/groups/group.ts";
import type { ShownGroup } from "#lib/domain/groups/mute.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";

/** GROUP_SORTS: how a list of groups may be ordered; `trouble` is verdict worst first, then lag. */
export const GROUP_SORTS = [
  "trouble",
  "id",
  "lag",
  "timeLag",
  "drains",
  "retention",
  "rate",
  "members",
  "state",
  "kind",
] as const;

const groupParams = z.object({ cluster: z.string(), group: z.string() });

/** A share of a whole: 1 is all of it, and more is possible. */
const share = z.number().nonnegative();

const groupRowShape = {
  id: z.string(),
  kind: z.enum(GROUP_KINDS),
  state: z.enum(GROUP_STATES),
  stateSinceAt: instant.nullable(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  evidence: z.object({ fromAt: instant, samples: count }).nullable(),
  lag: count.nullable(),
  timeLagMs: count.nullable(),
  drainsInMs: count.nullable(),
  consumeRate: rate.nullable(),
  retentionUsed: share.nullable(),
  expiresAt: instant.nullable(),
  lastMovedAt: instant.nullable(),
  offsetsExpireAt: instant.nullable(),
  rebalances: count,
  hotPartition: z.object({ topic: z.string(), partition: count, lag: count }).nullable(),
  memberCount: count,
  topics: z.array(z.string()),
  parentId: z.string().nullable(),
  readers: z.array(
    z.object({
      id: z.string(),
      role: z.enum(READER_ROLES),
      verdict: z.enum(VERDICTS),
      lag: count.nullable(),
      timeLagMs: count.nullable(),
      memberCount: count,
    }),
  ),
  spark: z.array(count.nullable()),
  observedAt: instant,
};
const groupRow = z.object(groupRowShape) satisfies z.ZodType<GroupRow>;

const partitionLag = z.discriminatedUnion("state", [
  z.object({ state: z.literal("known"), lag: count }),
  z.object({ state: z.literal("lost"), lag: count, lost: count }),
  z.object({ state: z.literal("uncommitted") }),
  z.object({ state: z.literal("beyond-end"), by: count }),
  z.object({ state: z.literal("marker-tail"), markers: count }),
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
      retentionUsed: share.nullable(),
      expiresAt: instant.nullable(),
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
      pattern: z.string().nullable(),
      waitsFor: z.array(z.string()),
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
    /** Retry, redrive and dead-letter readers stand under their parent unless asked for as rows of their own. */
    readers: z.enum(["folded", "listed"]).default("folded"),
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
  response: groupDetail.extend({
    /** What is muted of it now: its lag is expected. */
    mutes: z.array(
      z.object({ job: count.nullable(), fromAt: instant, untilAt: instant, reason: z.string() }),
    ),
    declared: z.object({
      isolation: z.enum(["read_committed", "read_uncommitted", "unknown"]),
      effects: z.enum(["pure", "external", "unknown"]),
    }),
  }) satisfies z.ZodType<ShownGroup>,
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

/** getGroupHeat: the greatest lag of each partition in equal slots of a range; the last hour by default. */
export const getGroupHeat = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}/heat",
  summary: "A group's lag by partition over time, for a heat map.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({
    from: instant.optional(),
    to: instant.optional(),
    slots: z.coerce.number().int().min(2).max(240).default(120),
  }),
  body: z.undefined(),
  response: z.object({
    fromAt: instant,
    toAt: instant,
    slotMs: count,
    at: z.array(instant),
    topics: z.array(
      z.object({
        topic: z.string(),
        partitions: z.array(z.object({ partition: count, lag: z.array(count.nullable()) })),
      }),
    ),
  }) satisfies z.ZodType<GroupHeat>,
});

/** getPartitionSamples: the stored samples of one partition, as a verdict used them; the last half hour by default. */
export const getPartitionSamples = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}/samples",
  summary: "The stored samples of one partition of a group: what its verdict was told from.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({
    topic: z.string().max(249),
    partition: z.coerce.number().int().nonnegative(),
    from: instant.optional(),
    to: instant.optional(),
  }),
  body: z.undefined(),
  response: z.object({
    fromAt: instant,
    toAt: instant,
    items: z.array(
      z.object({
        at: instant,
        committed: offset.nullable(),
        end: offset.nullable(),
        lag: count.nullable(),
      }) satisfies z.ZodType<PartitionSample>,
    ),
  }),
});

/** listGroupEvents: what happened to a group in a range, newest first, 500 at most; the last hour by default. */
export const listGroupEvents = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}/events",
  summary: "Rebalances, state changes, rewinds and resets of a group.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({ from: instant.optional(), to: instant.optional() }),
  body: z.undefined(),
  response: z.object({
    items: z.array(
      z.object({
        at: instant,
        kind: z.enum(GROUP_EVENT_KINDS),
        sentence: z.string(),
      }) satisfies z.ZodType<GroupEvent>,
    ),
  }),
});

/** getExactTimeLag reads the one record at each lagging partition's commit: exact, and asked of the brokers now. */
export const getExactTimeLag = endpoint({
  feature: "groups",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/groups/{group}/time-lag",
  summary: "A group's exact time lag by the timestamps of its first unread records.",
  permission: "groups:read",
  params: groupParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({
    observedAt: instant,
    /** The greatest over partitions; null when none is known. */
    timeLagMs: count.nullable(),
    items: z.array(
      z.discriminatedUnion("state", [
        z.object({
          state: z.literal("known"),
          topic: z.string(),
          partition: count,
          offset,
          recordAt: instant,
          timeLagMs: count,
        }),
        z.object({
          state: z.literal("unknown"),
          topic: z.string(),
          partition: count,
          offset,
          reason: z.string(),
        }),
      ]) satisfies z.ZodType<ExactTimeLag>,
    ),
    failures: z.array(partialFailure),
  }),
});
