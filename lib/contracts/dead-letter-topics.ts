import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, instant, listOf } from "#lib/contracts/wire.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

const clusterParams = z.object({ cluster: z.string() });

const PATH = "/api/v1/clusters/{cluster}/dead-letters/topics";

const topic = z.object({
  topic: z.string(),
  topicId: z.string().nullable(),
  foundBy: z.enum(["name", "headers", "hand"]),
  leftOut: z.boolean(),
  sources: z.array(z.string()),
  retryTopics: z.array(z.string()),
  groups: z.array(z.string()),
  open: count,
  behind: count,
  flood: z.object({ sinceAt: instant, oneIn: count, counted: count }).nullable(),
  failure: z.string().nullable(),
}) satisfies z.ZodType<DeadLetterTopic>;

/** listDeadLetterTopics: the dead-letter topics of a cluster, each with what feeds it. */
export const listDeadLetterTopics = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: PATH,
  summary: "Dead-letter topics with their sources, retry topics and groups.",
  permission: "dead-letters:read",
  params: clusterParams,
  query: z.object({}),
  body: z.undefined(),
  response: listOf(topic, {}),
});

/** setDeadLetterTopic adds a topic by hand, leaves one out, or takes either back. */
export const setDeadLetterTopic = endpoint({
  feature: "dead-letters",
  method: "POST",
  path: PATH,
  summary: "Adds a dead-letter topic by hand, leaves one out, or leaves it to what was found.",
  permission: "dead-letters:operate",
  params: clusterParams,
  query: z.object({}),
  body: z.object({ topic: z.string().min(1).max(249), choice: z.enum(["add", "leave-out", "as-found"]) }),
  response: listOf(topic, {}),
  audit: "dead-letter-topic.set",
});
