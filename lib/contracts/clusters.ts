import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, historyQuery, instant, listOf, rate } from "#lib/contracts/wire.ts";
import type { ClusterOverview, ClusterSummary } from "#lib/domain/clusters/cluster.ts";
import { TONES } from "#lib/domain/health/tone.ts";

const nothing = z.object({});
const clusterParams = z.object({ cluster: z.string() });

const reachability = z.discriminatedUnion("state", [
  z.object({ state: z.literal("reachable"), sinceAt: instant }),
  z.object({ state: z.literal("unreachable"), sinceAt: instant, reason: z.string() }),
  z.object({ state: z.literal("unknown"), reason: z.string() }),
]);

const sampling = z.discriminatedUnion("state", [
  z.object({ state: z.literal("live"), lastSampleAt: instant }),
  z.object({ state: z.literal("stopped"), lastSampleAt: instant, forMs: count }),
  z.object({ state: z.literal("never") }),
]);

const clusterSummary = z.object({
  id: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  readOnly: z.boolean(),
  kafkaClusterId: z.string().nullable(),
  reachability,
  sampling,
  sweep: z.object({ durationMs: count, requests: count }).nullable(),
  brokerCount: count,
  topicCount: count,
  groupCount: count,
}) satisfies z.ZodType<ClusterSummary>;

const clusterOverview = z.object({
  cluster: clusterSummary,
  findings: z.array(
    z.object({
      tone: z.enum(TONES),
      feature: z.enum(["clusters", "groups", "topics", "brokers", "dead-letters", "sagas"]),
      subject: z.string(),
      sentence: z.string(),
    }),
  ),
  produceRate: rate.nullable(),
  consumeRate: rate.nullable(),
  lag: count.nullable(),
  groupsByVerdict: z.object({
    rewind: count,
    stall: count,
    stop: count,
    warn: count,
    ok: count,
    unknown: count,
  }),
}) satisfies z.ZodType<ClusterOverview>;

/** listClusters: the clusters of the config, in its order. */
export const listClusters = endpoint({
  feature: "clusters",
  method: "GET",
  path: "/api/v1/clusters",
  summary: "The clusters of the config with their reachability and sampling.",
  permission: "clusters:read",
  params: nothing,
  query: nothing,
  body: z.undefined(),
  response: listOf(clusterSummary, {}),
});

/** getCluster: what is wrong on one cluster now, and its totals. */
export const getCluster = endpoint({
  feature: "clusters",
  method: "GET",
  path: "/api/v1/clusters/{cluster}",
  summary: "One cluster: findings worst first, rates and totals.",
  permission: "clusters:read",
  params: clusterParams,
  query: nothing,
  body: z.undefined(),
  response: clusterOverview,
});

/** getClusterHistory: lag of the five groups with most lag in the range, and the cluster's rates. */
export const getClusterHistory = endpoint({
  feature: "clusters",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/history",
  summary: "Lag of the five worst groups and the cluster's rates over time.",
  permission: "clusters:read",
  params: clusterParams,
  query: historyQuery,
  body: z.undefined(),
  response: z.object({
    fromAt: instant,
    toAt: instant,
    stepMs: count,
    at: z.array(instant),
    groups: z.array(z.object({ group: z.string(), lag: z.array(count.nullable()) })),
    produceRate: z.array(rate.nullable()),
    consumeRate: z.array(rate.nullable()),
  }),
});
