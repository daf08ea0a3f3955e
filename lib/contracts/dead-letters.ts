import { z } from "zod";
import { deadLetterFilterShape, deadLetterSelection } from "#lib/contracts/dead-letter-selection.ts";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { shownRecord } from "#lib/contracts/records.ts";
import { count, historyQuery, instant, listOf, offset, pageQuery, reason } from "#lib/contracts/wire.ts";
import {
  DEAD_LETTER_STATES,
  DIALECTS,
  FAILURE_KINDS,
  type DeadLetterCause,
  type DeadLetterRow,
  type LineageStep,
  type SameKeyOrder,
} from "#lib/domain/dead-letters/dead-letter.ts";
import type { DeadLetterCopy, ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";
import { JOB_STATES, OUTCOMES } from "#lib/domain/jobs/job.ts";

const clusterParams = z.object({ cluster: z.string() });
const itemParams = z.object({ ...clusterParams.shape, id: z.string() });

const traced = z.object({
  topic: z.string().nullable(),
  partition: count.nullable(),
  offset: offset.nullable(),
  at: instant.nullable(),
});

const row = z.object({
  id: z.uuid(),
  topic: z.string(),
  topicId: z.string(),
  partition: count,
  offset,
  at: instant,
  expiresAt: instant.nullable(),
  dialect: z.enum(DIALECTS),
  origin: traced,
  from: traced,
  group: z.string().nullable(),
  attempts: count.nullable(),
  cause: z.uuid(),
  exception: z.string().nullable(),
  causeClass: z.string().nullable(),
  message: z.string().nullable(),
  eventId: z.string().nullable(),
  eventType: z.string().nullable(),
  key: z.string().nullable(),
  valueBytes: count.nullable(),
  pointer: z.boolean(),
  hops: count,
  state: z.enum(DEAD_LETTER_STATES),
  stateAt: instant,
  stateReason: z.string().nullable(),
  twinOf: z.uuid().nullable(),
}) satisfies z.ZodType<DeadLetterRow>;

const copy = z.object({
  job: count,
  name: z.string(),
  state: z.enum(JOB_STATES),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  hop: count,
  target: z.object({ topic: z.string(), partition: count, offset }).nullable(),
  sentAt: instant.nullable(),
  settledAt: instant.nullable(),
  returnedId: z.uuid().nullable(),
}) satisfies z.ZodType<DeadLetterCopy>;

const listed = row.extend({
  /** The job that holds it, else the newest that sent it or plans to; null where none does. */
  copy: copy.nullable(),
  /** The job whose copy came back as it. */
  cameFrom: z.object({ job: count, name: z.string(), hop: count.nullable() }).nullable(),
}) satisfies z.ZodType<ListedDeadLetter>;

const cause = z.object({
  id: z.uuid(),
  causeClass: z.string().nullable(),
  frame: z.string().nullable(),
  message: z.string().nullable(),
  sourceTopic: z.string().nullable(),
  group: z.string().nullable(),
  eventType: z.string().nullable(),
  dialect: z.enum(DIALECTS),
  topics: z.array(z.string()),
  counts: z.record(z.enum(DEAD_LETTER_STATES), count),
  firstSeenAt: instant,
  lastSeenAt: instant,
  keys: count,
  verdict: z.object({ kind: z.enum(FAILURE_KINDS), sentence: z.string() }),
  spark: z.array(count),
  typicalId: z.uuid().nullable(),
  note: z.string().nullable(),
  owner: z.string().nullable(),
  ticket: z.string().nullable(),
}) satisfies z.ZodType<DeadLetterCause>;

const history = z.object({
  fromAt: instant,
  toAt: instant,
  stepMs: count,
  /** The begin of each step. */
  at: z.array(instant),
  /** Dead letters that arrived in each step. */
  arrived: z.array(count),
});

/** CAUSE_SORTS: how causes may be ordered; `trouble` is outages first, then open ones, most first. */
export const CAUSE_SORTS = ["trouble", "open", "lastSeen", "firstSeen"] as const;

const PATH = "/api/v1/clusters/{cluster}/dead-letters";

/** listCauses: the causes of a cluster's dead letters. */
export const listCauses = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/causes`,
  summary: "Causes of dead letters with counts by state, verdict, and a sparkline of the last hour.",
  permission: "dead-letters:read",
  params: clusterParams,
  query: z.object({
    ...pageQuery,
    state: deadLetterFilterShape.state,
    topic: deadLetterFilterShape.topic,
    group: deadLetterFilterShape.group,
    q: deadLetterFilterShape.q,
    sort: z.enum(CAUSE_SORTS).default("trouble"),
  }),
  body: z.undefined(),
  response: listOf(cause, {
    /** Dead letters of the whole cluster by state, whatever the filter says. */
    totals: z.record(z.enum(DEAD_LETTER_STATES), count),
  }),
});

/** getCause: one cause with its history and the keys it hit most. */
export const getCause = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/causes/{id}`,
  summary: "One cause.",
  permission: "dead-letters:read",
  params: itemParams,
  query: historyQuery,
  body: z.undefined(),
  response: z.object({
    cause,
    history,
    /** The stack of a typical dead letter; null where none is told or the reader may not read records. */
    stack: z.string().nullable(),
    /** The keys with the most dead letters; empty for who may not read records. */
    topKeys: z.array(z.object({ key: z.string(), count })),
  }),
});

/** updateCause changes what people wrote of a cause. */
export const updateCause = endpoint({
  feature: "dead-letters",
  method: "PATCH",
  path: `${PATH}/causes/{id}`,
  summary: "Sets note, owner and ticket of a cause; they survive a redrive.",
  permission: "dead-letters:operate",
  params: itemParams,
  query: z.object({}),
  body: z.object({
    note: z.string().max(4_000).nullable().optional(),
    owner: z.string().max(200).nullable().optional(),
    ticket: z.string().max(500).nullable().optional(),
  }),
  response: cause,
  audit: "dead-letter-cause.update",
});

/** getDeadLetterHistory: how many dead letters came when. */
export const getDeadLetterHistory = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/history`,
  summary: "Dead letters that arrived, over time.",
  permission: "dead-letters:read",
  params: clusterParams,
  query: z.object({
    ...historyQuery.shape,
    topic: deadLetterFilterShape.topic,
    group: deadLetterFilterShape.group,
  }),
  body: z.undefined(),
  response: history,
});

/** listDeadLetters: dead letters, newest first. */
export const listDeadLetters = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: PATH,
  summary: "Dead letters, newest first.",
  permission: "dead-letters:read",
  params: clusterParams,
  query: z.object({ ...pageQuery, ...deadLetterFilterShape }),
  body: z.undefined(),
  response: listOf(listed, {}),
});

const lineageStep = z.object({
  kind: z.enum(["source", "retry", "dead-letter", "redrive"]),
  topic: z.string(),
  partition: count.nullable(),
  offset: offset.nullable(),
  at: instant.nullable(),
  id: z.uuid().nullable(),
}) satisfies z.ZodType<LineageStep>;

/** getDeadLetter: one dead letter with its lineage. */
export const getDeadLetter = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/{id}`,
  summary: "One dead letter, where it has been, and its neighbours of the same cause.",
  permission: "dead-letters:read",
  params: itemParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({
    deadLetter: listed,
    /** What each job has to do with it, newest job first, twenty at most. */
    copies: z.array(copy),
    cause,
    lineage: z.array(lineageStep),
    /** The next newer and the next older dead letter of the cause. */
    newerId: z.uuid().nullable(),
    olderId: z.uuid().nullable(),
    /** Others of the same key, newest first, at most twenty. */
    sameKey: z.array(listed),
  }),
});

/** getDeadLetterRecord reads the original from its topic, a pointer's from its source. */
export const getDeadLetterRecord = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/{id}/record`,
  summary: "The record of a dead letter as it lies in Kafka now; a pointer's value comes from its source.",
  permission: "records:read",
  params: itemParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({
    record: shownRecord.nullable(),
    /** Why there is no record, in a sentence. */
    gone: z.string().nullable(),
    /** The source's record of a pointer, while it exists. */
    source: shownRecord.nullable(),
    stack: z.string().nullable(),
  }),
});

const order = z.discriminatedUnion("state", [
  z.object({ state: z.literal("yes"), offset, topic: z.string(), partition: count, newer: count }),
  z.object({ state: z.literal("no"), scannedFrom: offset, scannedTo: offset }),
  z.object({ state: z.literal("unknown"), reason: z.string(), scannedTo: offset.nullable() }),
]) satisfies z.ZodType<SameKeyOrder>;

/** getSameKeyOrder tells whether the failing group has gone past newer records of the key. */
export const getSameKeyOrder = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/{id}/order`,
  summary: "Whether the failing group has committed newer records of the same key, by a bounded scan.",
  permission: "records:read",
  params: itemParams,
  query: z.object({}),
  body: z.undefined(),
  response: order,
});

/** countSelection freezes what a filter matches: how many, and up to which of them. */
export const countSelection = endpoint({
  feature: "dead-letters",
  method: "GET",
  path: `${PATH}/selection`,
  summary: "Counts and freezes what a filter matches, for discard and restore.",
  permission: "dead-letters:read",
  params: clusterParams,
  query: z.object(deadLetterFilterShape),
  body: z.undefined(),
  response: z.object({ upTo: offset, count, byState: z.record(z.enum(DEAD_LETTER_STATES), count) }),
});

const changed = z.object({
  changed: count,
  /** Left as they were: in another state, a twin, gone. */
  skipped: z.array(z.object({ reason: z.string(), count })),
});

/** discardDeadLetters marks dead letters as needing nothing; the records stay in Kafka. */
export const discardDeadLetters = endpoint({
  feature: "dead-letters",
  method: "POST",
  path: `${PATH}/discard`,
  summary: "Discards open dead letters with a reason; the records stay in Kafka, and restore takes it back.",
  permission: "dead-letters:operate",
  params: clusterParams,
  query: z.object({}),
  body: z.object({ selection: deadLetterSelection, reason }),
  response: changed,
  audit: "dead-letter.discard",
});

/** restoreDeadLetters opens discarded dead letters again. */
export const restoreDeadLetters = endpoint({
  feature: "dead-letters",
  method: "POST",
  path: `${PATH}/restore`,
  summary: "Opens discarded dead letters again.",
  permission: "dead-letters:operate",
  params: clusterParams,
  query: z.object({}),
  body: z.object({ selection: deadLetterSelection, reason }),
  response: changed,
  audit: "dead-letter.restore",
});
