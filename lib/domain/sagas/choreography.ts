/** One rule of a map: after `event` comes one of `next` within a time, unless a compensating event does. */
export interface ChoreographyRule {
  readonly event: string;
  readonly next: readonly string[];
  readonly withinMs: number;
}

/**
 * ChoreographyMap is a choreography declared as data: the events (topics) that carry one correlation id, what follows
 * what and by when, and which event ends it how. A hop between two services is a step; compensations do not count.
 */
export interface ChoreographyMap {
  /** The type of its sagas. */
  readonly type: string;
  readonly cluster: string;
  readonly starts: readonly string[];
  readonly rules: readonly ChoreographyRule[];
  readonly compensations: readonly string[];
  /** Events that end it: `completed`, or `compensated`. */
  readonly completes: readonly string[];
  readonly compensates: readonly string[];
}

/** One event of an instance, as its headers told. */
export interface ChoreographyEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly eventId: string;
  readonly causationId: string | null;
  readonly producer: string | null;
  /** `occurred-at`, epoch ms; the record's time where the header is absent. */
  readonly at: number;
}

/** topicsOf are all topics that a map names, each once. */
export function topicsOf(map: ChoreographyMap): string[] {
  const { starts, rules, compensations, completes, compensates } = map;
  const named = rules.flatMap(({ event, next }) => [event, ...next]);
  return [...new Set([...starts, ...named, ...compensations, ...completes, ...compensates])];
}
