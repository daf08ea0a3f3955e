import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { sagaFilter, sagaParams } from "#lib/contracts/sagas.ts";
import { count, instant, reason } from "#lib/contracts/wire.ts";
import { COMMAND_STATES, type SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import { SAGA_COMMANDS } from "#lib/domain/sagas/saga.ts";

const record = z.object({
  id: z.uuid(),
  batchId: z.uuid().nullable(),
  saga: z.string(),
  command: z.enum(SAGA_COMMANDS),
  step: z.string().nullable(),
  state: z.enum(COMMAND_STATES),
  /** What the service answered, or why nothing was sent; null while it is waited for. */
  answer: z.string().nullable(),
  reason: z.string(),
  actor: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  answeredAt: instant.nullable(),
}) satisfies z.ZodType<SagaCommandRecord>;

const effect = z.object({
  /** What will happen, a sentence each: commands to topics, compensations. */
  effects: z.array(z.string()),
  /** Why it is refused; empty where it is not. */
  refusals: z.array(z.string()),
  warnings: z.array(z.string()),
  /** What must be typed to go on: the saga's own id, past the pivot; null where nothing. */
  typed: z.string().nullable(),
  /** The saga's version that this was told of. */
  version: count.nullable(),
});

const wish = {
  command: z.enum(SAGA_COMMANDS),
  step: z.string().min(1).max(300).nullable().default(null),
};

const PATH = "/api/v1/sagas";

/** previewSagaCommand: what a command would do; nothing is sent. */
export const previewSagaCommand = endpoint({
  feature: "sagas",
  method: "GET",
  path: `${PATH}/{id}/commands/preview`,
  summary: "What a command to a saga would do; nothing is sent.",
  permission: "sagas:read",
  params: sagaParams,
  query: z.object({ command: wish.command, step: z.string().min(1).max(300).optional() }),
  body: z.undefined(),
  response: effect,
});

/** sendSagaCommand asks the service that owns a saga to move it. */
export const sendSagaCommand = endpoint({
  feature: "sagas",
  method: "POST",
  path: `${PATH}/{id}/commands`,
  summary:
    "Asks the service that owns a saga to retry, skip, compensate, cancel or resolve; expires in 5 minutes.",
  permission: "sagas:operate",
  params: sagaParams,
  query: z.object({}),
  body: z.object({
    ...wish,
    /** A new input of the step, JSON, for a retry. */
    input: z.unknown().optional(),
    expectedVersion: count,
    reason,
    typed: z.string().optional(),
  }),
  response: record,
  audit: "saga.command",
  status: 202,
});

/** listSagaCommands: the commands that were sent to one saga, newest first. */
export const listSagaCommands = endpoint({
  feature: "sagas",
  method: "GET",
  path: `${PATH}/{id}/commands`,
  summary: "Commands that were sent to a saga with what became of them, newest first.",
  permission: "sagas:read",
  params: sagaParams,
  query: z.object({}),
  body: z.undefined(),
  response: z.object({ items: z.array(record) }),
});

const batch = z.object({
  id: z.uuid(),
  command: z.enum(SAGA_COMMANDS),
  /** null is the step where each saga stands. */
  step: z.string().nullable(),
  reason: z.string(),
  actor: z.string(),
  requestedAt: instant,
  endedAt: instant.nullable(),
  cancelled: z.boolean(),
  /** Sagas chosen, and how many of them in each state. */
  total: count,
  counts: z.record(z.enum(COMMAND_STATES), count),
  /** The newest 500. */
  items: z.array(record),
});

/** sendSagaCommands gives one command to every saga of a filter. */
export const sendSagaCommands = endpoint({
  feature: "sagas",
  method: "POST",
  path: `${PATH}/commands`,
  summary: "Gives one command to every saga that a filter matches now (500 at most), with a result each.",
  permission: "sagas:operate",
  params: z.object({}),
  query: z.object({}),
  body: z.object({
    ...wish,
    filter: z.object(sagaFilter),
    reason,
    /** How many the requester was shown: refused when others match now. */
    expectedCount: count.min(1).max(500),
  }),
  response: batch,
  audit: "saga.command-batch",
  status: 202,
});

/** getSagaCommands: a batch with its progress and a result each. */
export const getSagaCommands = endpoint({
  feature: "sagas",
  method: "GET",
  path: `${PATH}/commands/{batch}`,
  summary: "A batch of commands with its progress and a result each.",
  permission: "sagas:read",
  params: z.object({ batch: z.uuid() }),
  query: z.object({}),
  body: z.undefined(),
  response: batch,
});

/** cancelSagaCommands stops a batch: what was sent stays sent. */
export const cancelSagaCommands = endpoint({
  feature: "sagas",
  method: "POST",
  path: `${PATH}/commands/{batch}/cancel`,
  summary: "Stops a batch; what was sent stays sent.",
  permission: "sagas:operate",
  params: z.object({ batch: z.uuid() }),
  query: z.object({}),
  body: z.object({ reason }),
  response: batch,
  audit: "saga.command-batch-cancel",
});
