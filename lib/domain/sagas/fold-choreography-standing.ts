import type { ChoreographyEvent, ChoreographyMap, ChoreographyRule } from "#lib/domain/sagas/choreography.ts";
import {
  chainsOf,
  placeEvents,
  type Chain,
  type PlacedEvent,
} from "#lib/domain/sagas/fold-choreography-chains.ts";
import { eitherOf, stepsOf, type ChoreographyStep } from "#lib/domain/sagas/fold-choreography-steps.ts";

/** A rule that an event opened and nothing has closed yet. */
interface OpenRule {
  readonly rule: ChoreographyRule;
  /** What opened it. */
  readonly opener: PlacedEvent;
  /** Epoch ms. */
  readonly dueAt: number;
}

/** ChainStanding is where one chain of an instance stands, whatever has been read of other instances. Epoch ms. */
export interface ChainStanding {
  readonly chain: Chain;
  readonly state: "running" | "compensating" | "completed" | "compensated";
  /** The event that ended it. */
  readonly end: PlacedEvent | null;
  /** The open rule that is due first. */
  readonly open: OpenRule | null;
  /** The step it stands at, or the event that it waits for; null when it ended, and when nothing is to come. */
  readonly step: string | null;
}

/** ChoreographyStanding is where an instance stands: what is stored of it beside its events. Epoch ms. */
export interface ChoreographyStanding {
  readonly state: ChainStanding["state"];
  readonly step: string | null;
  /** null where no starting event has been read. */
  readonly startedAt: number | null;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  /** When the earliest open deadline is due; null without one. */
  readonly dueAt: number | null;
  readonly placed: readonly PlacedEvent[];
  /** By their starting events; the first is the one that decides the state. */
  readonly chains: readonly ChainStanding[];
}

/** KnownMap is a map with its steps, which are found out once. */
export interface KnownMap {
  readonly map: ChoreographyMap;
  readonly steps: readonly ChoreographyStep[];
  /** The rules that an event opens. */
  readonly rulesOf: ReadonlyMap<string, readonly ChoreographyRule[]>;
}

/** knowMap prepares a map for many folds. */
export function knowMap(map: ChoreographyMap): KnownMap {
  const rulesOf = new Map<string, ChoreographyRule[]>();
  for (const rule of map.rules) rulesOf.set(rule.event, [...(rulesOf.get(rule.event) ?? []), rule]);
  return { map, steps: stepsOf(map), rulesOf };
}

/**
 * standingOf tells where an instance stands by all of its events, in whatever order they were read and however often.
 * The first event that ends a chain decides how it ended: what comes later moves nothing. With several chains the
 * instance stands where the one stands that is due first, and has ended when all have.
 */
export function standingOf(known: KnownMap, events: readonly ChoreographyEvent[]): ChoreographyStanding {
  const placed = placeEvents(events);
  const chains = chainsOf(known.map, placed)
    .map((chain) => chainStanding(known, chain))
    .sort(compareUrgency);
  const [first] = chains;
  if (first === undefined || placed.length === 0) throw new Error("An instance has one event at least.");
  const starts = chains.flatMap(({ chain }) => (chain.start === null ? [] : [chain.start.event.at]));
  return {
    ...{ state: first.state, step: first.step, placed, chains },
    startedAt: starts.length === 0 ? null : Math.min(...starts),
    updatedAt: placed.reduce((last, { event }) => Math.max(last, event.at), 0),
    endedAt: chains.some(({ end }) => end === null)
      ? null
      : Math.max(...chains.map(({ end }) => end?.event.at ?? 0)),
    dueAt: first.open?.dueAt ?? null,
  };
}

/** Those that have not ended first, the one that is due first before the others; then the one that ended last. */
function compareUrgency(a: ChainStanding, b: ChainStanding): number {
  if ((a.end === null) !== (b.end === null)) return a.end === null ? -1 : 1;
  if (a.end !== null && b.end !== null) return b.end.placedAt - a.end.placedAt;
  return (a.open?.dueAt ?? Infinity) === (b.open?.dueAt ?? Infinity)
    ? 0
    : (a.open?.dueAt ?? Infinity) - (b.open?.dueAt ?? Infinity);
}

function chainStanding(known: KnownMap, chain: Chain): ChainStanding {
  const { map } = known;
  const ends = ({ event }: PlacedEvent): boolean =>
    map.completes.includes(event.topic) || map.compensates.includes(event.topic);
  const end = chain.events.find(ends) ?? null;
  if (end !== null) {
    const state = map.completes.includes(end.event.topic) ? "completed" : "compensated";
    return { chain, state, end, open: null, step: null };
  }
  const compensation = chain.events.findLast(({ event }) => map.compensations.includes(event.topic)) ?? null;
  const open = earliestOpen(known, chain.events);
  // A map without an event that ends a compensation: it has ended when nothing is to come.
  if (compensation !== null && open === null && map.compensates.length === 0)
    return { chain, state: "compensated", end: compensation, open: null, step: null };
  const state = compensation === null ? "running" : "compensating";
  return { chain, state, end: null, open, step: stepAt(known, chain.events, open) };
}

function stepAt({ steps }: KnownMap, events: readonly PlacedEvent[], open: OpenRule | null): string | null {
  if (open !== null) {
    const { rule } = open;
    const step = steps.find((each) => each.event === rule.event && rule.next.includes(each.next[0] ?? ""));
    return step?.name ?? eitherOf(rule.next);
  }
  const seen = new Set(events.map(({ event }) => event.topic));
  return steps.find(({ next }) => !next.some((each) => seen.has(each)))?.name ?? null;
}

/**
 * The open rule that is due first. A rule closes with one of its next events; one of the success path also with a
 * compensating event, from which on the rules of that event count.
 */
function earliestOpen({ map, rulesOf }: KnownMap, events: readonly PlacedEvent[]): OpenRule | null {
  let earliest: OpenRule | null = null;
  for (const opener of events) {
    const { event } = opener;
    const compensates = map.compensations.includes(event.topic);
    for (const rule of rulesOf.get(event.topic) ?? []) {
      const dueAt = event.at + rule.withinMs;
      if (earliest !== null && dueAt >= earliest.dueAt) continue;
      const closes = (other: PlacedEvent): boolean =>
        other !== opener &&
        (rule.next.includes(other.event.topic) ||
          (!compensates && map.compensations.includes(other.event.topic)));
      if (!events.some(closes)) earliest = { rule, opener, dueAt };
    }
  }
  return earliest;
}
