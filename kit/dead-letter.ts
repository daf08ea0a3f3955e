import type { IHeaders, Message as KafkaMessage } from "kafkajs";
import { DEAD_LETTER_HEADER as DLT, HEADER } from "./headers.ts";
import { originOf, type RawRecord } from "./raw-record.ts";

/** Why a record goes to the dead letters: the latest error, the attempts made, the (parent) group, and when. */
export interface Failure {
  error: unknown;
  attempts: number;
  group: string;
  /** Epoch ms. */
  failedAt: number;
}

const MESSAGE_BYTES = 1024;
const STACK_BYTES = 8192;

/** Cuts text to at most `limit` UTF-8 bytes without splitting a character. */
export function cutUtf8(text: string, limit: number): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= limit) return text;
  let end = limit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString("utf8");
}

function isWritable(value: unknown): value is Buffer | string | (Buffer | string)[] {
  const isText = (one: unknown): boolean => typeof one === "string" || Buffer.isBuffer(one);
  return Array.isArray(value) ? value.every(isText) : isText(value);
}

/**
 * The headers that kafkajs can write again, less `dropped`; and the names of those it cannot: a null value, or a name
 * such as `constructor`, which its decoder mixes with the object's own.
 */
export function copyHeaders(
  headers: IHeaders,
  dropped: ReadonlySet<string>,
): { kept: IHeaders; lost: string[] } {
  const kept = Object.create(null) as IHeaders;
  const lost: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name)) continue;
    if (isWritable(value)) kept[name] = value;
    else lost.push(name);
  }
  return { kept, lost };
}

function originHeaders(record: RawRecord): Record<string, string> {
  const origin = originOf(record);
  return {
    [DLT.topic]: origin.topic,
    [DLT.partition]: origin.partition,
    [DLT.offset]: origin.offset,
    [DLT.timestamp]: origin.timestamp,
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function innermost(error: unknown): unknown {
  let link = error;
  for (let depth = 0; link instanceof Error && link.cause !== undefined && depth < 16; depth++)
    link = link.cause;
  return link;
}

function failureHeaders(record: RawRecord, failure: Failure): Record<string, string> {
  const { error } = failure;
  return {
    [DLT.from]: `${record.topic}:${record.partition}:${record.offset}`,
    [DLT.group]: failure.group,
    [DLT.attempts]: String(failure.attempts),
    [DLT.exception]: nameOf(error),
    [DLT.cause]: nameOf(innermost(error)),
    [DLT.message]: cutUtf8(error instanceof Error ? error.message : String(error), MESSAGE_BYTES),
    [DLT.stack]: cutUtf8(error instanceof Error ? (error.stack ?? "") : "", STACK_BYTES),
    [DLT.failedAt]: new Date(failure.failedAt).toISOString(),
  };
}

const REPLACED: ReadonlySet<string> = new Set([...Object.values(DLT), HEADER.retryAttempt]);

/**
 * The dead letter of a record: key, value and headers as they were, the first origin kept, the latest failure told.
 * `dlt-cause` is the innermost error's name (the error's own where it has no cause).
 */
export function deadLetterOf(record: RawRecord, failure: Failure): KafkaMessage {
  const { kept, lost } = copyHeaders(record.headers, REPLACED);
  const headers: IHeaders = Object.assign(kept, originHeaders(record), failureHeaders(record, failure));
  if (lost.length > 0) headers[DLT.lostHeaders] = lost.join(",");
  return { key: record.key, value: record.value, headers };
}

/** The pointer that stands for a dead letter too large for its topic: no value, `event-id` and `dlt-*` alone. */
export function pointerOf(deadLetter: KafkaMessage): KafkaMessage {
  const headers = Object.create(null) as IHeaders;
  for (const [name, value] of Object.entries(deadLetter.headers ?? {})) {
    if (name === HEADER.eventId || name.startsWith("dlt-")) headers[name] = value;
  }
  headers[DLT.pointer] = "1";
  return { key: deadLetter.key ?? null, value: null, headers };
}

/** The copy of a record for a retry topic: as it was, with its first origin and the attempts made so far. */
export function retryCopyOf(record: RawRecord, attempts: number): KafkaMessage {
  const { kept } = copyHeaders(record.headers, REPLACED);
  const headers: IHeaders = Object.assign(kept, originHeaders(record), {
    [HEADER.retryAttempt]: String(attempts),
  });
  return { key: record.key, value: record.value, headers };
}
