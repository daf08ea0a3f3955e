import { paths } from "#lib/contracts/paths.ts";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";
import type { SagaEntry } from "#lib/domain/sagas/saga.ts";

/** Where a message is found: its record, or a search of its topic for its event id. */
interface MessageLink {
  readonly href: string;
  /** `order.order.created 3 at 1,204`, or the topic alone where its place is not known. */
  readonly words: string;
  readonly hint: string;
}

/**
 * messageLink leads from an entry to its message: the record where its coordinates are known, else a search by
 * event id in its topic, else the topic. null where the entry names no message, or no cluster is known.
 */
export function messageLink(
  { record, topic, eventId }: Pick<SagaEntry, "record" | "topic" | "eventId">,
  cluster: string | null,
): MessageLink | null {
  if (record !== null) {
    return {
      href: paths.record(record.cluster, record),
      words: `${record.topic} ${record.partition} at ${record.offset}`,
      hint: "The record",
    };
  }
  if (topic === null || cluster === null) return null;
  if (eventId === null) return { href: paths.topic(cluster, topic), words: topic, hint: "The topic" };
  const where: FilterTerm[] = [{ kind: "header", name: "event-id", value: eventId }];
  return {
    href: paths.recordSearch(cluster, { topic, from: "oldest", where: JSON.stringify(where) }),
    words: topic,
    hint: `Search ${topic} for the event ${eventId}`,
  };
}
