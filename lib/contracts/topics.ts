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
import { VERDICTS } from "#lib/domain/groups/verdict.ts";
import { TOPIC_ROLES, type TopicDetail, type TopicHistory, type TopicRow } from "#lib/domain/topics/topic.ts";

/** TOPIC_SORTS: how a list of topics may be ordered. */
export const TOPIC_SORTS = ["name", "rate", "size", "records", "partitions", "groups"] as const;

const topicParams = z.object({ cluster: z.string(), topic: z.string() });

const topicRowShape = {
  name: z.string(),
  topicId: z.string().nullable(),
  role: z.enum(TOPIC_ROLES),
  partitionCount: count,
  replicationFactor: count,
  recordsAtMost: count.nullable(),
  sizeBytes: count.nullable(),
  produceRate: rate.nullable(),
  cleanupPolicy: z.string().nullable(),
  retention: z.discriminatedUnion("state", [
    z.object({ state: z.literal("kept"), ms: count }),
    z.object({ state: z.literal("forever") }),
    z.object({ state: z.literal("unknown") }),
  ]),
  groupCount: count,
  observedAt: instant,
};

/** listTopics: topics of a cluster by name; Kafka's internal ones only when asked for. */
export const listTopics = endpoint({
  feature: "topics",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/topics",
  summary: "Topics with partitions, records, size, rate, retention and readers.",
  permission: "topics:read",
  params: z.object({ cluster: z.string() }),
  query: z.object({
    ...pageQuery,
    q: z.string().max(300).optional(),
    role: z.enum(TOPIC_ROLES).optional(),
    internal: z.stringbool().default(false),
    sort: z.enum(TOPIC_SORTS).default("name"),
    order: z.enum(["asc", "desc"]).optional(),
  }),
  body: z.undefined(),
  response: listOf(z.object(topicRowShape) satisfies z.ZodType<TopicRow>, {
    counts: z.object({ all: count, byRole: z.record(z.enum(TOPIC_ROLES), count) }),
  }),
});

/** getTopic: one topic; what the broker could not be asked stands in `failures`, and the rest stands. */
export const getTopic = endpoint({
  feature: "topics",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/topics/{topic}",
  summary: "One topic: partitions, configs and who reads it.",
  permission: "topics:read",
  params: topicParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({
    topic: z.object({
      ...topicRowShape,
      partitions: z.array(
        z.object({
          partition: count,
          leaderId: z.number().int().nullable(),
          replicaIds: z.array(z.number().int()),
          isrIds: z.array(z.number().int()),
          start: offset.nullable(),
          end: offset.nullable(),
          sizeBytes: count.nullable(),
        }),
      ),
      configs: z.array(z.object({ name: z.string(), value: z.string().nullable(), overridden: z.boolean() })),
      readers: z.array(
        z.object({
          group: z.string(),
          lag: count.nullable(),
          timeLagMs: count.nullable(),
          verdict: z.enum(VERDICTS),
          reason: z.string(),
          memberCount: count,
        }),
      ),
      openTransactions: z.array(
        z.object({
          partition: count,
          /** A decimal string on the wire, as an offset is. */
          producerId: offset,
          producerEpoch: count,
          transactionalId: z.string().nullable(),
          startOffset: offset,
          sinceAt: instant,
          lastWrittenAt: instant.nullable(),
          timeoutMs: count.nullable(),
          backlog: count,
          hung: z.boolean(),
        }),
      ),
    }) satisfies z.ZodType<TopicDetail>,
    failures: z.array(partialFailure),
  }),
});

/** getTopicHistory: the append rate over a range; the last hour by default. */
export const getTopicHistory = endpoint({
  feature: "topics",
  method: "GET",
  path: "/api/v1/clusters/{cluster}/topics/{topic}/history",
  summary: "A topic's append rate over time.",
  permission: "topics:read",
  params: topicParams,
  query: historyQuery,
  body: z.undefined(),
  response: z.object({
    fromAt: instant,
    toAt: instant,
    stepMs: count,
    at: z.array(instant),
    produceRate: z.array(rate.nullable()),
  }) satisfies z.ZodType<TopicHistory>,
});
