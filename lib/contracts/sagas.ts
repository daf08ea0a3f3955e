import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { count, historyQuery, instant, listOf, offset, pageQuery, rate } from "#lib/contracts/wire.ts";
import type { DefinedStep, SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import {
  JOURNAL_KINDS,
  SAGA_COMMANDS,
  SAGA_KINDS,
  SAGA_STATES,
  STEP_STATES,
  STUCK_KINDS,
  type OfferedCommand,
  type SagaEntry,
  type SagaRow,
  type SagaStep,
  type SagaStuck,
} from "#lib/domain/sagas/saga.ts";

const name = z.string().min(1).max(300);
/** The parameter of one saga: `<source>~<type>~<saga id>`, each part percent-encoded. */
export const sagaParams = z.object({ id: z.string().min(5).max(2_000) });

const recordAt = z.object({ cluster: z.string(), topic: z.string(), partition: count, offset });

const evidence = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("dead-letter"), cluster: z.string(), id: z.uuid() }),
  z.object({
    kind: z.literal("group"),
    cluster: z.string(),
    group: z.string(),
    lag: count.nullable(),
    levelInMs: count.nullable(),
  }),
  z.object({ kind: z.literal("record"), ...recordAt.shape }),
  z.object({ kind: z.literal("topic"), cluster: z.string(), topic: z.string() }),
  z.object({ kind: z.literal("saga"), id: z.string() }),
]);

const stuck = z.object({
  kind: z.enum(STUCK_KINDS),
  sentence: z.string(),
  sinceAt: instant.nullable(),
  step: z.string().nullable(),
  evidence: z.array(evidence),
}) satisfies z.ZodType<SagaStuck>;

const rowShape = {
  id: z.string(),
  source: z.string(),
  type: z.string(),
  sagaId: z.string(),
  kind: z.enum(SAGA_KINDS),
  state: z.enum(SAGA_STATES),
  step: z.string().nullable(),
  correlationId: z.string().nullable(),
  startedAt: instant.nullable(),
  updatedAt: instant.nullable(),
  endedAt: instant.nullable(),
};

const row = z.object({
  ...rowShape,
  stuck: z.object({ kind: z.enum(STUCK_KINDS), sentence: z.string() }).nullable(),
}) satisfies z.ZodType<SagaRow>;

const step = z.object({
  name: z.string(),
  service: z.string().nullable(),
  state: z.enum(STEP_STATES),
  attempts: count.nullable(),
  sentAt: instant.nullable(),
  dueAt: instant.nullable(),
  endedAt: instant.nullable(),
  commandTopic: z.string().nullable(),
  commandId: z.string().nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: z.string().nullable(),
  pivot: z.boolean(),
  compensation: z.string().nullable(),
}) satisfies z.ZodType<SagaStep>;

const entry = z.object({
  seq: count,
  at: instant.nullable(),
  kind: z.enum(JOURNAL_KINDS),
  step: z.string().nullable(),
  service: z.string().nullable(),
  topic: z.string().nullable(),
  eventId: z.string().nullable(),
  record: recordAt.nullable(),
  data: z.unknown().optional(),
  detail: z.string().nullable(),
  actor: z.string().nullable(),
}) satisfies z.ZodType<SagaEntry>;

const offered = z.object({
  command: z.enum(SAGA_COMMANDS),
  step: z.string().nullable(),
  refusal: z.string().nullable(),
}) satisfies z.ZodType<OfferedCommand>;

const definedStep = z.object({
  name: z.string(),
  service: z.string().nullable(),
  commandTopic: z.string().nullable(),
  replyTopics: z.array(z.string()),
  timeoutMs: count.nullable(),
  attempts: count.nullable(),
  compensationTopic: z.string().nullable(),
  pivot: z.boolean(),
}) satisfies z.ZodType<DefinedStep>;

const definitionShape = {
  source: z.string(),
  type: z.string(),
  service: z.string().nullable(),
  steps: z.array(definedStep),
};
const definition = z.object(definitionShape) satisfies z.ZodType<SagaDefinition>;

const saga = z.object({
  ...rowShape,
  cluster: z.string().nullable(),
  service: z.string().nullable(),
  version: count.nullable(),
  stuck: stuck.nullable(),
  parkedReason: z.string().nullable(),
  data: z.unknown(),
  steps: z.array(step),
  journal: z.array(entry),
  missing: z.array(z.object({ field: z.string(), reason: z.string() })),
  next: z.object({ topic: z.string(), dueAt: instant }).nullable(),
  /** What may be done to it, and why the rest may not. */
  commands: z.array(offered),
  /** Why nothing at all is offered; null where something is. */
  readOnly: z.string().nullable(),
  definition: definition.nullable(),
  /** Sagas of the same correlation id, in any source. */
  related: z.array(row),
  observedAt: instant,
});

/** sagaFilter chooses sagas; every part may be left out. */
export const sagaFilter = {
  source: name.optional(),
  type: name.optional(),
  state: z.enum([...SAGA_STATES, "open"]).optional(),
  stuck: z.enum(STUCK_KINDS).optional(),
  step: name.optional(),
  correlation: name.optional(),
  /** Words of its data, among the newest 5,000 that the rest of the filter leaves. */
  text: z.string().trim().min(2).max(200).optional(),
  /** Started before; age. */
  startedBefore: instant.optional(),
  startedAfter: instant.optional(),
};

const PATH = "/api/v1/sagas";
const read = { feature: "sagas", permission: "sagas:read", body: z.undefined() } as const;

/** listSagas: sagas of every source, the last moved first. */
export const listSagas = endpoint({
  ...read,
  method: "GET",
  path: PATH,
  summary: "Sagas of every source, the last moved first.",
  params: z.object({}),
  query: z.object({ ...pageQuery, ...sagaFilter }),
  response: listOf(row, {
    /** Whether a text was looked for among the newest only. */
    textLimited: z.boolean(),
  }),
});

/** getSaga: one saga with its steps, its journal and why it is stuck. */
export const getSaga = endpoint({
  ...read,
  method: "GET",
  path: `${PATH}/{id}`,
  summary: "One saga with its steps, its journal, and why it is stuck.",
  params: sagaParams,
  query: z.object({}),
  response: saga,
});

/** getSagaCounts: how many stand where, now and over time. */
export const getSagaCounts = endpoint({
  ...read,
  method: "GET",
  path: `${PATH}/counts`,
  summary: "Sagas by type and state, now and over time.",
  params: z.object({}),
  query: z.object({ ...historyQuery.shape, source: name.optional(), type: name.optional() }),
  response: z.object({
    /** `atLeast` where counting stopped at 10,000. */
    items: z.array(
      z.object({
        source: z.string(),
        type: z.string(),
        kind: z.enum(SAGA_KINDS),
        state: z.enum(SAGA_STATES),
        count,
        atLeast: z.boolean(),
      }),
    ),
    history: z.array(z.object({ at: instant, counts: z.record(z.enum(SAGA_STATES), count.nullable()) })),
    failures: z.array(z.object({ subject: z.string(), reason: z.string() })),
    observedAt: instant,
  }),
});

const percentiles = z.object({ n: count, p50Ms: count, p90Ms: count, p99Ms: count });

/** listSagaDefinitions: the types of sagas with live counts, failure rates and durations by step. */
export const listSagaDefinitions = endpoint({
  ...read,
  method: "GET",
  path: `${PATH}/definitions`,
  summary: "Types of sagas: their steps with live counts, failure rates and durations.",
  params: z.object({}),
  query: z.object({ source: name.optional(), type: name.optional() }),
  response: z.object({
    items: z.array(
      z.object({
        ...definitionShape,
        kind: z.enum(SAGA_KINDS),
        /** Of the newest 1,000 that ended; null where none has. */
        duration: percentiles.nullable(),
        stepFigures: z.array(
          z.object({
            step: z.string(),
            /** Sagas that stand there now. */
            standing: count,
            stuck: count,
            /** Share of attempts that failed, 0 to 1, of the newest 1,000 sagas; null where none. */
            failureRate: rate.nullable(),
            duration: percentiles.nullable(),
          }),
        ),
        /** The advice to orchestrate a choreography of more than three steps, with its evidence; null otherwise. */
        advice: z.string().nullable(),
      }),
    ),
    failures: z.array(z.object({ subject: z.string(), reason: z.string() })),
    observedAt: instant,
  }),
});
