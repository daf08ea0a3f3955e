import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, instant, listOf } from "#lib/contracts/wire.ts";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

/** listBrokers: the brokers of a cluster, those that went missing included. */
export const listBrokers = endpoint({
  feature: "brokers",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/brokers",
  summary: "Brokers with leaders, replicas, size and what is missing.",
  permission: "brokers:read",
  params: z.object({ cluster: z.string() }),
  query: z.object({}),
  body: z.undefined(),
  response: listOf(
    z.object({
      id: z.number().int(),
      host: z.string(),
      port: count,
      rack: z.string().nullable(),
      controller: z.boolean(),
      leaderCount: count,
      replicaCount: count,
      underReplicatedCount: count,
      sizeBytes: count.nullable(),
      missingSinceAt: instant.nullable(),
      observedAt: instant,
    }) satisfies z.ZodType<BrokerRow>,
    {},
  ),
});
