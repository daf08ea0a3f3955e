import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";

const FIELD = "\t";
const EVENT = "\n";
const RESERVED = /[\t\n]/g;

/** textOfEvents writes events for the column choreography_instance.events. A tab or line end of a field reads U+FFFD. */
export function textOfEvents(events: readonly ChoreographyEvent[]): string {
  let text = "";
  for (const { topic, partition, offset, eventId, causationId, producer, at } of events) {
    if (text !== "") text += EVENT;
    text += `${topic}\t${partition}\t${offset}\t${plain(eventId)}\t${plain(causationId ?? "")}\t${plain(producer ?? "")}\t${at}`;
  }
  return text;
}

/** eventsOfText reads what {@link textOfEvents} wrote. */
export function eventsOfText(text: string): ChoreographyEvent[] {
  return text.split(EVENT).map((line) => {
    const [topic = "", partition = "", offset = "", eventId = "", causationId = "", producer = "", at = ""] =
      line.split(FIELD);
    return {
      ...{ topic, partition: Number(partition), offset: BigInt(offset), eventId },
      causationId: causationId === "" ? null : causationId,
      producer: producer === "" ? null : producer,
      at: Number(at),
    };
  });
}

const plain = (field: string): string =>
  field.includes(FIELD) || field.includes(EVENT) ? field.replace(RESERVED, "\uFFFD") : field;
