import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, instant, offset, reason } from "#lib/contracts/wire.ts";
import {
  DECODERS,
  HEADER_FORMS,
  type ShownField,
  type ShownHeader,
  type ShownRecord,
} from "#lib/domain/records/record.ts";
import {
  FILTER_PLACES,
  PATH_OPERATORS,
  SEARCH_ENDS,
  SEARCH_LIMITS,
  type FilterTerm,
  type RecordSearch,
  type SearchEnd,
  type SearchEvent,
  type SearchStart,
} from "#lib/domain/records/record-search.ts";

const topicName = z.string().min(1).max(249);
const clusterParams = z.object({ cluster: z.string() });
const recordParams = z.object({
  ...clusterParams.shape,
  topic: topicName,
  partition: z.coerce.number().int().nonnegative(),
  offset,
});

const decoderChoice = z.enum([...DECODERS, "auto"]).default("auto");

const shownField = z.object({
  sizeBytes: count,
  decoder: z.enum(DECODERS),
  text: z.string(),
  cut: z.boolean(),
  schema: z.object({ id: z.number().int(), name: z.string().nullable() }).nullable(),
  failures: z.array(z.object({ decoder: z.enum(DECODERS), reason: z.string() })),
}) satisfies z.ZodType<ShownField>;

const shownHeader = z.object({
  name: z.string(),
  value: z
    .object({ text: z.string(), form: z.enum(HEADER_FORMS), sizeBytes: count, cut: z.boolean() })
    .nullable(),
}) satisfies z.ZodType<ShownHeader>;

/** shownRecord is a record as it is shown: decoded, masked, cut. */
export const shownRecord = z.object({
  topic: z.string(),
  topicId: z.string(),
  partition: count,
  offset,
  at: instant.nullable(),
  stampedBy: z.enum(["producer", "broker"]),
  sizeBytes: count,
  transactional: z.boolean(),
  key: shownField.nullable(),
  value: shownField.nullable(),
  headers: z.array(shownHeader),
  masked: z.array(z.string()),
}) satisfies z.ZodType<ShownRecord>;

const start = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("newest") }),
  z.object({ kind: z.literal("oldest") }),
  z.object({ kind: z.literal("live") }),
  z.object({ kind: z.literal("time"), at: instant }),
  z.object({ kind: z.literal("offset"), offset }),
  z.object({ kind: z.literal("group"), group: z.string() }),
]) satisfies z.ZodType<SearchStart>;

const end = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("end") }),
  z.object({ kind: z.literal("time"), at: instant }),
  z.object({ kind: z.literal("offset"), offset }),
]) satisfies z.ZodType<SearchEnd>;

const phrase = z.string().min(1).max(2_000);
const place = z.enum(FILTER_PLACES).default("any");

/** filterTerm is one condition of a search. */
export const filterTerm = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), in: place, text: phrase, matchCase: z.boolean().default(true) }),
  z.object({ kind: z.literal("key"), key: z.string().max(2_000) }),
  z.object({
    kind: z.literal("header"),
    name: phrase,
    value: z.string().max(2_000).nullable().default(null),
  }),
  z.object({
    kind: z.literal("path"),
    in: z.enum(["key", "value"]).default("value"),
    path: phrase,
    operator: z.enum(PATH_OPERATORS),
    value: z.string().max(2_000).default(""),
  }),
  z.object({ kind: z.literal("regex"), in: place, pattern: phrase }),
  z.object({ kind: z.literal("cel"), expression: z.string().min(1).max(4_000) }),
]) satisfies z.ZodType<FilterTerm>;

const usual = SEARCH_LIMITS.usual;
const greatest = SEARCH_LIMITS.greatest;
const limit = (name: keyof typeof usual): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(1).max(greatest[name]).default(usual[name]);

const limits = z
  .object({
    hits: limit("hits"),
    records: limit("records"),
    bytes: limit("bytes"),
    seconds: limit("seconds"),
  })
  .default(usual);

/** recordSearch is the body of a search. */
export const recordSearch = z.object({
  topics: z.array(topicName).min(1).max(20),
  partitions: z.array(count).min(1).max(10_000).nullable().default(null),
  start: start.default({ kind: "newest" }),
  end: end.default({ kind: "end" }),
  terms: z.array(filterTerm).max(20).default([]),
  limits,
  isolation: z.enum(["read_committed", "read_uncommitted"]).default("read_committed"),
  keyDecoder: decoderChoice,
  valueDecoder: decoderChoice,
  token: z.string().max(100_000).nullable().default(null),
}) satisfies z.ZodType<RecordSearch>;

const progressShape = {
  hits: count,
  records: count,
  bytes: count,
  elapsedMs: count,
  recordRate: z.number().nonnegative(),
  partitions: z.array(
    z.object({
      topic: z.string(),
      partition: count,
      fromOffset: offset,
      nextOffset: offset,
      toOffset: offset,
      records: count,
      done: z.boolean(),
      failures: z.array(z.string()),
    }),
  ),
};

/** searchEvent is one line of the answer of a search: NDJSON. */
export const searchEvent = z.union([
  z.object({ type: z.literal("record"), record: shownRecord }),
  z.object({ type: z.literal("progress"), state: z.literal("queued"), place: count }),
  z.object({ type: z.literal("progress"), state: z.literal("running"), ...progressShape }),
  z.object({
    type: z.literal("end"),
    reason: z.enum(SEARCH_ENDS),
    sentence: z.string().nullable(),
    token: z.string().nullable(),
    ...progressShape,
  }),
]) satisfies z.ZodType<SearchEvent>;

const PATH = "/api/v1/clusters/{cluster}/records";

/** searchRecords answers a stream of {@link searchEvent}s, a line each; closing the connection cancels it. */
export const searchRecords = endpoint({
  feature: "records",
  method: "POST",
  path: `${PATH}/search`,
  summary: "Searches records; streams NDJSON lines of type record, progress and end. Joins no group.",
  permission: "records:read",
  params: clusterParams,
  query: z.object({}),
  body: recordSearch,
  response: searchEvent,
  streams: true,
});

/** getRecord reads one record. */
export const getRecord = endpoint({
  feature: "records",
  method: "GET",
  path: `${PATH}/{topic}/{partition}/{offset}`,
  summary: "One record, decoded and masked.",
  permission: "records:read",
  params: recordParams,
  query: z.object({ keyDecoder: decoderChoice, valueDecoder: decoderChoice }),
  body: z.undefined(),
  response: z.object({
    record: shownRecord,
    /** Offsets of the records before and after it on the partition; null where there is none. */
    before: offset.nullable(),
    after: offset.nullable(),
  }),
});

/** tryFilter tells what each condition makes of one record, by the engine of the search. */
export const tryFilter = endpoint({
  feature: "records",
  method: "POST",
  path: `${PATH}/{topic}/{partition}/{offset}/filter`,
  summary: "Tests conditions on one record, by the same engine and limits as a search.",
  permission: "records:read",
  params: recordParams,
  query: z.object({}),
  body: z.object({
    terms: z.array(filterTerm).min(1).max(20),
    keyDecoder: decoderChoice,
    valueDecoder: decoderChoice,
  }),
  response: z.object({
    terms: z.array(z.object({ matches: z.boolean(), problem: z.string().nullable() })),
  }),
});

const given = z.object({
  text: z.string().max(1_000_000),
  encoding: z.enum(["utf8", "base64"]).default("utf8"),
});

/** produceRecord writes one record. */
export const produceRecord = endpoint({
  feature: "records",
  method: "POST",
  path: PATH,
  summary: "Produces one record. There is no undo: what consumers read, they have read.",
  permission: "records:produce",
  params: clusterParams,
  query: z.object({}),
  body: z.object({
    topic: topicName,
    /** null chooses by the key as Java's default partitioner does. */
    partition: count.nullable().default(null),
    key: given.nullable().default(null),
    value: given.nullable(),
    headers: z
      .array(z.object({ name: z.string().max(1_000), value: given.nullable() }))
      .max(200)
      .default([]),
    reason,
  }),
  response: z.object({ topic: z.string(), partition: count, offset }),
  audit: "record.produce",
});
