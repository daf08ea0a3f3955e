import type { ChoreographyEvent, ChoreographyMap } from "#lib/domain/sagas/choreography.ts";

/** PlacedEvent is an event in the order of what caused what. */
export interface PlacedEvent {
  readonly event: ChoreographyEvent;
  /** Its own time, or that of an event that caused it where a clock that lags says otherwise; epoch ms. */
  readonly placedAt: number;
  /** Whether another record with its event id comes before it. */
  readonly duplicate: boolean;
}

/** Chain is the events, duplicates left out, that one starting event brought about, in their order. */
export interface Chain {
  /** null where no starting event has been read. */
  readonly start: PlacedEvent | null;
  readonly events: readonly PlacedEvent[];
}

/**
 * placeEvents orders events by time, never an event before the one that caused it, whatever their clocks say; ties by
 * place. So the order in which they were read changes nothing.
 */
export function placeEvents(events: readonly ChoreographyEvent[]): PlacedEvent[] {
  const byPlace = events.toSorted(compareRecords);
  const originals = new Map<string, ChoreographyEvent>();
  for (const event of byPlace) if (!originals.has(event.eventId)) originals.set(event.eventId, event);
  const places = new Map<string, { at: number; depth: number }>();
  const placeOf = (event: ChoreographyEvent): { at: number; depth: number } => {
    const known = places.get(event.eventId);
    if (known !== undefined) return known;
    // What is entered first ends a circle of causes.
    places.set(event.eventId, { at: event.at, depth: 0 });
    const cause = event.causationId === null ? undefined : originals.get(event.causationId);
    const before = cause === undefined || cause === event ? null : placeOf(cause);
    const place =
      before === null
        ? { at: event.at, depth: 0 }
        : { at: Math.max(event.at, before.at), depth: before.depth + 1 };
    places.set(event.eventId, place);
    return place;
  };
  return byPlace
    .map((event) => ({ event, place: placeOf(originals.get(event.eventId) ?? event) }))
    .sort(
      (a, b) => a.place.at - b.place.at || a.place.depth - b.place.depth || compareRecords(a.event, b.event),
    )
    .map(({ event, place }) => ({
      ...{ event, placedAt: place.at },
      duplicate: originals.get(event.eventId) !== event,
    }));
}

function compareRecords(a: ChoreographyEvent, b: ChoreographyEvent): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  return a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0;
}

/**
 * chainsOf parts the events of one correlation id by the starting event that brought them about: two sagas on one id
 * are told apart, so that the end of one does not hide that the other is stuck. An event whose cause is not told, or was
 * not read, goes to the first chain that has none of its topic yet.
 */
export function chainsOf(map: ChoreographyMap, placed: readonly PlacedEvent[]): Chain[] {
  const originals = placed.filter(({ duplicate }) => !duplicate);
  const byId = new Map(originals.map((each) => [each.event.eventId, each]));
  const isStart = ({ event }: PlacedEvent): boolean =>
    map.starts.includes(event.topic) && (event.causationId === null || !byId.has(event.causationId));
  const starts = originals.filter(isStart);
  if (starts.length < 2) return [{ start: starts[0] ?? null, events: originals }];
  const chains = starts.map((start) => ({ start, events: [start] }));
  const chainOfEvent = new Map(chains.map((chain) => [chain.start.event.eventId, chain]));
  for (const each of originals) {
    const { eventId, causationId, topic } = each.event;
    if (chainOfEvent.has(eventId)) continue;
    const chain =
      (causationId === null ? undefined : chainOfEvent.get(causationId)) ??
      chains.find(({ events }) => events.every(({ event }) => event.topic !== topic)) ??
      chains.at(-1);
    if (chain === undefined) continue;
    chain.events.push(each);
    chainOfEvent.set(eventId, chain);
  }
  return chains.map(({ start, events }) => ({
    start,
    events: originals.filter((each) => events.includes(each)),
  }));
}
