import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";

/** Characters of an id that are kept. */
const ID_CUT = 300;
/** The last instant of the year 9999: later ones have no ISO text that PostgreSQL reads. */
const TIME_MAX = 253_402_300_799_999;

type RecordOfEvent = Pick<RecordView, "offset" | "timestamp" | "headers">;

/**
 * readChoreographyEvent reads an event by the kit's headers, never the payload; null for a record that belongs to no
 * instance, since it carries no `correlation-id`. The first event of a flow may be its own (`starts`), as the kit has it.
 * `now`, epoch ms, stands for a time that neither headers nor record tell. Never throws.
 */
export function readChoreographyEvent(
  at: { topic: string; partition: number; starts: boolean; now: number },
  record: RecordOfEvent,
): { correlationId: string; event: ChoreographyEvent } | null {
  let correlationId: string | null = null;
  let eventId: string | null = null;
  let causationId: string | null = null;
  let producer: string | null = null;
  let occurredAt: number | null = null;
  for (const { name, value } of record.headers) {
    if (value === null || value.length === 0) continue;
    switch (name) {
      case "correlation-id":
        correlationId = textOf(value);
        break;
      case "event-id":
        eventId = textOf(value);
        break;
      case "causation-id":
        causationId = textOf(value);
        break;
      case "producer":
        producer = textOf(value);
        break;
      case "occurred-at":
        occurredAt = timeOf(Date.parse(value.toString("latin1")));
        break;
    }
  }
  correlationId ??= at.starts ? eventId : null;
  if (correlationId === null) return null;
  const { topic, partition, now } = at;
  const { offset, timestamp } = record;
  const stampedAt = timestamp === null ? null : timeOf(Number(timestamp));
  return {
    correlationId,
    event: {
      ...{ topic, partition, offset, causationId, producer },
      eventId: eventId ?? `${topic}:${partition}:${offset}`,
      at: occurredAt ?? stampedAt ?? now,
    },
  };
}

const textOf = (value: Buffer): string => {
  const text = value.toString("utf8");
  return text.length > ID_CUT ? text.slice(0, ID_CUT) : text;
};

const timeOf = (at: number): number | null => (Number.isInteger(at) && at >= 0 && at <= TIME_MAX ? at : null);
