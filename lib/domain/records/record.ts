/** DECODERS: how the bytes of a key or a value are read. `auto` is a choice, never an outcome. */
export const DECODERS = [
  "json",
  "text",
  "hex",
  "base64",
  "avro",
  "protobuf",
  "json-schema",
  "consumer-offsets",
] as const;
export type Decoder = (typeof DECODERS)[number];
export type DecoderChoice = Decoder | "auto";

/** A decoder that was tried or asked for and did not fit. */
export interface DecoderFailure {
  decoder: Decoder;
  reason: string;
}

/** The schema of a registry that read a field. */
export interface SchemaRef {
  id: number;
  /** The record's or message's own name; null where the schema has none. */
  name: string | null;
}

/** A key or a value as it is shown. */
export interface ShownField {
  /** As stored. */
  sizeBytes: number;
  decoder: Decoder;
  /** JSON decoders give JSON text, not indented; the beginning alone where `cut`. */
  text: string;
  cut: boolean;
  schema: SchemaRef | null;
  failures: DecoderFailure[];
}

/** How the bytes of a header were read: `int` and `long` are Kafka's own big-endian numbers. */
export const HEADER_FORMS = ["text", "int", "long", "hex"] as const;
export type HeaderForm = (typeof HEADER_FORMS)[number];

/** One header; names repeat, and their order counts. */
export interface ShownHeader {
  name: string;
  /** null where the record holds a null. */
  value: { text: string; form: HeaderForm; sizeBytes: number; cut: boolean } | null;
}

/** Where a record lies. The topic's id is its identity; the name an attribute. */
export interface RecordPlace {
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
}

/** A record as it is shown: decoded, masked, cut. */
export interface ShownRecord extends RecordPlace {
  /** Epoch ms; null where the record carries none. */
  at: number | null;
  /** Who set `at`: the producer, or the broker when it appended the record. */
  stampedBy: "producer" | "broker";
  /** Key, value and headers as stored, uncompressed. */
  sizeBytes: number;
  transactional: boolean;
  key: ShownField | null;
  value: ShownField | null;
  headers: ShownHeader[];
  /** What a masking rule replaced: `value.card.number`, `key`, `header.authorization`. */
  masked: string[];
}

/** What the kit's headers tell of an event; null where the record does not carry them. */
export interface EventEnvelope {
  eventId: string | null;
  eventType: string | null;
  occurredAt: string | null;
  correlationId: string | null;
  causationId: string | null;
  producer: string | null;
  traceparent: string | null;
}

const ENVELOPE_HEADERS: Readonly<Record<keyof EventEnvelope, string>> = {
  eventId: "event-id",
  eventType: "event-type",
  occurredAt: "occurred-at",
  correlationId: "correlation-id",
  causationId: "causation-id",
  producer: "producer",
  traceparent: "traceparent",
};

/** envelopeOf reads the kit's envelope from headers, the last of a name; null where none of them is there. */
export function envelopeOf(headers: readonly ShownHeader[]): EventEnvelope | null {
  const textOf = (name: string): string | null =>
    headers.findLast((header) => header.name === name)?.value?.text ?? null;
  const envelope: EventEnvelope = {
    eventId: textOf(ENVELOPE_HEADERS.eventId),
    eventType: textOf(ENVELOPE_HEADERS.eventType),
    occurredAt: textOf(ENVELOPE_HEADERS.occurredAt),
    correlationId: textOf(ENVELOPE_HEADERS.correlationId),
    causationId: textOf(ENVELOPE_HEADERS.causationId),
    producer: textOf(ENVELOPE_HEADERS.producer),
    traceparent: textOf(ENVELOPE_HEADERS.traceparent),
  };
  return Object.values(envelope).every((value) => value === null) ? null : envelope;
}
