import { v7 as uuidv7 } from "uuid";
import type { Envelope } from "./message.ts";

/** The kit's own header names; values are UTF-8 text. */
export const HEADER = {
  eventId: "event-id",
  eventType: "event-type",
  occurredAt: "occurred-at",
  correlationId: "correlation-id",
  causationId: "causation-id",
  producer: "producer",
  traceparent: "traceparent",
  retryAttempt: "retry-attempt",
} as const;

/**
 * The header names of a saga's command, which its reply repeats. `command` is the key under which a participant keeps
 * it in its inbox: a resend keeps it.
 */
export const SAGA_HEADER = {
  type: "saga-type",
  id: "saga-id",
  step: "saga-step",
  command: "saga-command",
} as const;

/** The dead letter's header names. The first four tell the first origin and are set once; the rest are replaced. */
export const DEAD_LETTER_HEADER = {
  topic: "dlt-topic",
  partition: "dlt-partition",
  offset: "dlt-offset",
  timestamp: "dlt-timestamp",
  from: "dlt-from",
  group: "dlt-group",
  attempts: "dlt-attempts",
  exception: "dlt-exception",
  cause: "dlt-cause",
  message: "dlt-message",
  stack: "dlt-stack",
  failedAt: "dlt-failed-at",
  lostHeaders: "dlt-lost-headers",
  pointer: "dlt-pointer",
} as const;

/** An event ready to be written: its identity and its headers as text. */
export interface StampedEvent {
  eventId: string;
  headers: Record<string, string>;
}

const KIT_NAMES: ReadonlySet<string> = new Set<string>(Object.values(HEADER));

/** Gives an envelope its identity (a UUIDv7 unless it has one) and the kit's headers; `nowAt` is epoch ms. */
export function stampEvent(envelope: Envelope<unknown>, service: string, nowAt: number): StampedEvent {
  const eventId = envelope.eventId ?? uuidv7();
  const extra = Object.entries(envelope.headers ?? {}).filter(([name]) => !KIT_NAMES.has(name));
  const headers: Record<string, string> = {
    ...Object.fromEntries(extra),
    [HEADER.eventId]: eventId,
    [HEADER.eventType]: envelope.event.topic,
    [HEADER.occurredAt]: new Date(envelope.occurredAt ?? nowAt).toISOString(),
    [HEADER.correlationId]: envelope.correlationId ?? eventId,
    [HEADER.producer]: service,
  };
  if (envelope.causationId !== undefined) headers[HEADER.causationId] = envelope.causationId;
  if (envelope.traceparent !== undefined) headers[HEADER.traceparent] = envelope.traceparent;
  return { eventId, headers };
}
