import type { IHeaders, KafkaMessage } from "kafkajs";
import { PayloadError } from "./error-class.ts";
import { HEADER, DEAD_LETTER_HEADER } from "./headers.ts";
import type { Message, MessageHeaders } from "./message.ts";

/** A record as it was read, bytes untouched: what a dead letter is made from. */
export interface RawRecord {
  topic: string;
  partition: number;
  offset: bigint;
  /** Epoch ms. */
  timestampAt: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: IHeaders;
}

/** Where a record first stood, before any copy. */
export interface Origin {
  topic: string;
  partition: string;
  offset: string;
  timestamp: string;
}

/** A kafkajs message with its place. */
export function rawRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestampAt: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers ?? {},
  };
}

function lastText(value: unknown): string | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (typeof last === "string") return last;
  return Buffer.isBuffer(last) ? last.toString("utf8") : undefined;
}

/** The headers as text, the last of a repeated name; what has no text (a null value) is left out. */
export function headerTexts(headers: IHeaders): MessageHeaders {
  const texts = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(headers)) {
    const text = lastText(value);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

const WHOLE_NUMBER = /^\d{1,19}$/;

/** The first origin: from the `dlt-*` headers where all four are there and sound, else the record itself. */
export function originOf(record: RawRecord): Origin {
  const texts = headerTexts(record.headers);
  const topic = texts[DEAD_LETTER_HEADER.topic] ?? "";
  const partition = texts[DEAD_LETTER_HEADER.partition] ?? "";
  const offset = texts[DEAD_LETTER_HEADER.offset] ?? "";
  const timestamp = texts[DEAD_LETTER_HEADER.timestamp] ?? "";
  if (topic !== "" && [partition, offset, timestamp].every((text) => WHOLE_NUMBER.test(text))) {
    return { topic, partition, offset, timestamp };
  }
  return {
    topic: record.topic,
    partition: String(record.partition),
    offset: record.offset.toString(),
    timestamp: String(record.timestampAt),
  };
}

function payloadOf(value: Buffer | null): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString("utf8"));
  } catch (cause) {
    throw new PayloadError("The value is not JSON", { cause });
  }
}

/** How many attempts the retry topics made before this copy. */
export function earlierAttempts(record: RawRecord): number {
  const text = headerTexts(record.headers)[HEADER.retryAttempt];
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

/**
 * The record as a handler sees it, its payload decoded from JSON and not yet parsed.
 * @throws PayloadError where the value is not JSON.
 */
export function toMessage(
  record: RawRecord,
  place: { baseTopic: string; attempt: number },
): Message<unknown> {
  const texts = headerTexts(record.headers);
  const origin = originOf(record);
  const eventId = texts[HEADER.eventId] ?? `${origin.topic}:${origin.partition}:${origin.offset}`;
  const occurredAt = Date.parse(texts[HEADER.occurredAt] ?? "");
  const message: Message<unknown> = {
    eventId,
    eventType: texts[HEADER.eventType] ?? place.baseTopic,
    occurredAt: Number.isNaN(occurredAt) ? Number(origin.timestamp) : occurredAt,
    correlationId: texts[HEADER.correlationId] ?? eventId,
    producer: texts[HEADER.producer] ?? "unknown",
    key: record.key === null ? null : record.key.toString("utf8"),
    payload: payloadOf(record.value),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    baseTopic: place.baseTopic,
    attempt: place.attempt,
    headers: texts,
  };
  const causationId = texts[HEADER.causationId];
  if (causationId !== undefined) message.causationId = causationId;
  const traceparent = texts[HEADER.traceparent];
  if (traceparent !== undefined) message.traceparent = traceparent;
  return message;
}
