import type {
  DeadLetterEnvelope,
  DialectId,
  RawHeader,
  TracedPlace,
} from "#lib/domain/dead-letters/dead-letter.ts";
import { BIG_ENDIAN, type HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { innermostCause, outermostClass } from "#lib/domain/dead-letters/stack-trace.ts";

/** A record of a dead-letter topic as a dialect is given it. */
export interface DeadLetterRecord {
  /** The dead-letter topic it lies in. */
  topic: string;
  headers: readonly RawHeader[];
  key: Uint8Array | null;
  value: Uint8Array | null;
  /** Its own timestamp, epoch ms; null where it carries none. */
  at: number | null;
  /** Who set `at`; unknown where it is left out. */
  stampedBy?: "producer" | "broker";
}

/** One convention of dead letters: how its headers are told from others', and what they say. */
export interface Dialect {
  id: DialectId;
  /** True where the headers carry what only this dialect writes. */
  detects(headers: HeaderReader): boolean;
  /** Reads the envelope; never throws: what cannot be read is null and noted in `failures`. */
  read(record: DeadLetterRecord, headers: HeaderReader): DeadLetterEnvelope;
}

/** What a dialect tells; what it leaves out is unknown. */
export type Told = Partial<Omit<DeadLetterEnvelope, "dialect" | "failures" | "redriveId">>;

/** NOWHERE is a place of which nothing is told. */
export const NOWHERE: Readonly<TracedPlace> = { topic: null, partition: null, offset: null, at: null };

const HEADER = {
  eventId: ["event-id", "ce_id"],
  eventType: ["event-type", "ce_type", "__TypeId__"],
  redriveId: "sluice-redrive-id",
  hop: "sluice-hop",
} as const;

/**
 * envelope completes what a dialect told with what all share: the event's identity (the kit's headers, CloudEvents',
 * Spring's type), a redrive's id and hops, and the innermost cause that the stack names. The class that a header gives
 * as cause stands where the stack names none; the exception's own where there is no cause at all. The innermost
 * cause's message is added to the one that was told, unless that holds it: often it alone says what happened.
 */
export function envelope(dialect: DialectId, headers: HeaderReader, told: Told): DeadLetterEnvelope {
  const stack = told.stack ?? null;
  const exception = told.exception ?? (stack === null ? null : outermostClass(stack));
  const inner = stack === null ? null : innermostCause(stack);
  const redriven = headers.int(HEADER.hop, "decimal");
  return {
    dialect,
    origin: told.origin ?? { ...NOWHERE },
    from: told.from ?? { ...NOWHERE },
    group: told.group ?? null,
    attempts: told.attempts ?? null,
    exception,
    cause: inner?.className ?? told.cause ?? exception,
    message: withCause(told.message ?? null, inner?.message ?? null),
    stack,
    failedAt: told.failedAt ?? null,
    hops: Math.max(1, told.hops ?? 1, (redriven ?? 0) + 1),
    eventId: told.eventId ?? firstName(headers, HEADER.eventId),
    eventType: told.eventType ?? firstName(headers, HEADER.eventType),
    redriveId: headers.name(HEADER.redriveId),
    pointer: told.pointer ?? false,
    failures: headers.failures,
  };
}

function withCause(message: string | null, inner: string | null): string | null {
  if (inner === null || inner === "") return message;
  if (message === null || message.trim() === "") return inner;
  return message.includes(inner) ? message : `${message.trimEnd()}; ${inner}`;
}

function firstName(headers: HeaderReader, names: readonly string[]): string | null {
  for (const name of names) {
    const value = headers.name(name);
    if (value !== null) return value;
  }
  return null;
}

/** Names of the headers that tell a place. */
export interface PlaceNames {
  topic: string;
  partition: string;
  offset: string;
  at?: string;
}

/** decimalPlace reads a place whose numbers are decimal text. */
export function decimalPlace(
  headers: HeaderReader,
  names: PlaceNames,
  occurrence: "first" | "last" = "last",
): TracedPlace {
  return {
    topic: headers.name(names.topic, occurrence),
    partition: headers.int(names.partition, "decimal", occurrence),
    offset: headers.offset(names.offset, "decimal", occurrence),
    at: names.at === undefined ? null : headers.instant(names.at, "decimal", occurrence),
  };
}

/** binaryPlace reads a place as the JVM's ByteBuffer writes it: an int and two longs, big-endian. */
export function binaryPlace(
  headers: HeaderReader,
  names: PlaceNames,
  occurrence: "first" | "last" = "last",
): TracedPlace {
  return {
    topic: headers.name(names.topic, occurrence),
    partition: headers.int(names.partition, BIG_ENDIAN.int, occurrence),
    offset: headers.offset(names.offset, BIG_ENDIAN.long, occurrence),
    at: names.at === undefined ? null : headers.instant(names.at, BIG_ENDIAN.long, occurrence),
  };
}

/**
 * sourceTimeOf is the source's timestamp of a dead letter whose writer keeps it: the dead letter's own, unless the
 * broker stamped that.
 */
export function sourceTimeOf(record: DeadLetterRecord): number | null {
  return record.stampedBy === "broker" ? null : record.at;
}
