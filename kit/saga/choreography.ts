import type { EventDefinition } from "../event.ts";

type Event = EventDefinition<unknown>;

/** What {@link defineChoreography} is told: events of one correlation id, and what follows what by when. */
export interface ChoreographyOptions {
  /** Camel case. */
  readonly type: string;
  /** Events that begin an instance. */
  readonly starts: readonly Event[];
  /** After `event` comes one of `next` within a time, unless a compensating event does. */
  readonly rules: readonly {
    readonly event: Event;
    readonly next: readonly Event[];
    readonly withinMs: number;
  }[];
  /** Events that undo an earlier one. */
  readonly compensations?: readonly Event[];
  /** Events that end it as completed. */
  readonly completes: readonly Event[];
  /** Events that end it as compensated. */
  readonly compensates?: readonly Event[];
}

/** A choreography as data: topics in place of events. */
export interface ChoreographyDeclaration {
  readonly type: string;
  readonly starts: readonly string[];
  readonly rules: readonly {
    readonly event: string;
    readonly next: readonly string[];
    readonly withinMs: number;
  }[];
  readonly compensations: readonly string[];
  readonly completes: readonly string[];
  readonly compensates: readonly string[];
}

/** A map that cannot hold; the message says which rule it breaks. */
export class ChoreographyError extends Error {
  override readonly name = "ChoreographyError";
}

const NAME = /^[a-z][a-zA-Z0-9]*$/;
const topics = (events: readonly Event[] = []): string[] => [...new Set(events.map(({ topic }) => topic))];

function* faultsOf(map: ChoreographyDeclaration): Generator<string> {
  const { type, starts, rules, compensations, completes, compensates } = map;
  if (!NAME.test(type)) yield "its type must be camel case";
  if (starts.length === 0) yield "no event starts it";
  if (completes.length === 0) yield "no event completes it";
  const ends = [...completes, ...compensates];
  if (new Set(ends).size !== ends.length) yield "one event ends it in two ways";
  const known = new Set([...starts, ...compensations, ...rules.flatMap(({ next }) => next)]);
  for (const { event, next, withinMs } of rules) {
    if (!known.has(event)) yield `nothing leads to ${event}`;
    if (next.length === 0) yield `nothing follows ${event}`;
    if (!Number.isInteger(withinMs) || withinMs <= 0)
      yield `the time after ${event} is no whole number of ms`;
  }
  const leads = new Set([...ends, ...compensations, ...rules.map(({ event }) => event)]);
  for (const event of known) if (!leads.has(event)) yield `${event} neither leads on nor ends it`;
  for (const event of ends) if (!known.has(event)) yield `nothing leads to ${event}`;
}

/**
 * Declares which events a choreographed saga consists of, so that whoever reads their headers (correlation and
 * causation, kept by `causedBy`) can tell where an instance stands and what it waits for.
 * @throws ChoreographyError for a map with loose ends: no start, no end, an event nothing leads to or that leads nowhere.
 */
export function defineChoreography(options: ChoreographyOptions): ChoreographyDeclaration {
  const map = {
    type: options.type,
    starts: topics(options.starts),
    rules: options.rules.map(({ event, next, withinMs }) => ({
      event: event.topic,
      next: topics(next),
      withinMs,
    })),
    compensations: topics(options.compensations),
    completes: topics(options.completes),
    compensates: topics(options.compensates),
  };
  const [fault] = faultsOf(map);
  if (fault !== undefined) throw new ChoreographyError(`Choreography ${options.type}: ${fault}`);
  return Object.freeze(map);
}
