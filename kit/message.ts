import type { EventDefinition } from "./event.ts";

/** Headers as text; of a repeated name the last value. Null prototype: any name is a plain key. */
export type MessageHeaders = Readonly<Record<string, string | undefined>>;

/**
 * A record as a handler sees it. Where a foreign producer left the kit's headers out, `eventId` is the origin's
 * `<topic>:<partition>:<offset>`, `eventType` the base topic, `occurredAt` the record's timestamp,
 * `correlationId` the event id and `producer` "unknown".
 */
export interface Message<T> {
  eventId: string;
  eventType: string;
  /** Epoch ms. */
  occurredAt: number;
  correlationId: string;
  causationId?: string;
  producer: string;
  traceparent?: string;
  key: string | null;
  payload: T;
  /** Where the record was read: the base topic, or a retry or redrive topic of the group. */
  topic: string;
  partition: number;
  offset: bigint;
  baseTopic: string;
  /** 1 for the first attempt; attempts in the retry topics before this one are counted. */
  attempt: number;
  headers: MessageHeaders;
}

/** An event to publish. `eventId` (UUIDv7), `occurredAt` (now) and `correlationId` (the event id) are filled in. */
export interface Envelope<T> {
  event: EventDefinition<T>;
  /** Null only for an event declared unkeyed. */
  key: string | null;
  payload: T;
  eventId?: string;
  /** Epoch ms. */
  occurredAt?: number;
  correlationId?: string;
  causationId?: string;
  traceparent?: string;
  /** Headers beside the kit's own; of one name the kit's wins. */
  headers?: Readonly<Record<string, string>>;
}

/** The causal fields of an envelope. */
export interface Cause {
  correlationId: string;
  causationId: string;
  traceparent?: string;
}

/** The causal fields of what a handler publishes: the message's correlation, and the message as the cause. */
export function causedBy(message: Message<unknown>): Cause {
  const cause: Cause = { correlationId: message.correlationId, causationId: message.eventId };
  if (message.traceparent !== undefined) cause.traceparent = message.traceparent;
  return cause;
}
