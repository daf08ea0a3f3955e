import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";

/** EVENTS_KEPT: how many events of one instance are kept. */
export const EVENTS_KEPT = 200;

/**
 * mergeEvents adds events to those of an instance. A record that is there already is not added again. Beyond
 * {@link EVENTS_KEPT} repeated event ids are left out first, then the later ones of the topic that has the most: what
 * tells where the instance stands is kept. `leftOut` is how many were left out this time.
 */
export function mergeEvents(
  kept: readonly ChoreographyEvent[],
  added: readonly ChoreographyEvent[],
): { events: ChoreographyEvent[]; leftOut: number } {
  const events = [...kept];
  for (const event of added) if (!events.some((each) => isSameRecord(each, event))) events.push(event);
  const over = events.length - EVENTS_KEPT;
  return over <= 0 ? { events, leftOut: 0 } : { events: withoutSurplus(events, over), leftOut: over };
}

const isSameRecord = (a: ChoreographyEvent, b: ChoreographyEvent): boolean =>
  a.offset === b.offset && a.partition === b.partition && a.topic === b.topic && a.eventId === b.eventId;

function withoutSurplus(events: readonly ChoreographyEvent[], over: number): ChoreographyEvent[] {
  const byTime = events.toSorted((a, b) => a.at - b.at);
  const left = new Set<ChoreographyEvent>();
  const ids = new Set<string>();
  for (const event of byTime) {
    if (left.size < over && ids.has(event.eventId)) left.add(event);
    ids.add(event.eventId);
  }
  const byTopic = Map.groupBy(
    byTime.filter((event) => !left.has(event)),
    ({ topic }) => topic,
  );
  while (left.size < over) {
    const longest = [...byTopic.values()].reduce((a, b) => (b.length > a.length ? b : a));
    const last = longest.pop();
    if (last === undefined) break;
    left.add(last);
  }
  return events.filter((event) => !left.has(event));
}
