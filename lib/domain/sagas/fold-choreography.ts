import type { ChoreographyEvent, ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import type { PlacedEvent } from "#lib/domain/sagas/fold-choreography-chains.ts";
import {
  knowMap,
  standingOf,
  type ChainStanding,
  type ChoreographyStanding,
  type KnownMap,
} from "#lib/domain/sagas/fold-choreography-standing.ts";
import { eitherOf } from "#lib/domain/sagas/fold-choreography-steps.ts";
import type {
  JournalKind,
  MissingField,
  Saga,
  SagaEntry,
  SagaStep,
  SagaStuck,
  StepState,
} from "#lib/domain/sagas/saga.ts";
import { durationPhrase } from "#lib/domain/time/phrase.ts";

/** A watermark that is older says nothing about what has not come yet. */
const WATERMARK_FRESH_MS = 60_000;

/** How far the topics of a map are read, and the clock that its age is told by; epoch ms. */
export interface FoldClock {
  readonly now: number;
  /** The least time up to which each declared partition is read; null where one has not been read at all. */
  readonly watermarkAt: number | null;
  /** Why the watermark does not move, in a sentence; null where it does. */
  readonly hindrance?: string | null | undefined;
}

/** FoldedChoreography is what of a {@link Saga} the events of one correlation id tell. */
export interface FoldedChoreography extends Pick<
  Saga,
  "state" | "step" | "startedAt" | "updatedAt" | "endedAt" | "steps" | "journal" | "missing" | "next"
> {
  readonly stuck: SagaStuck | null;
}

/**
 * foldChoreography tells where an instance stands by the headers of its events. It is pure: events that were read out
 * of order or more than once give the same answer. A deadline counts as missed when the watermark has passed it and
 * none of the next events is there; while the watermark is older than 60 s nothing is said, and `missing` tells why.
 * `leftOut` counts events beyond those that are kept. Throws for no events.
 */
export function foldChoreography(
  map: ChoreographyMap | KnownMap,
  events: readonly ChoreographyEvent[],
  { leftOut = 0, ...clock }: FoldClock & { leftOut?: number },
): FoldedChoreography {
  const known = "rulesOf" in map ? map : knowMap(map);
  const standing = standingOf(known, events);
  const { step, startedAt, updatedAt, endedAt, chains } = standing;
  const stuck = missedDeadline(known, standing, clock);
  const open = chains[0]?.open ?? null;
  return {
    ...{ step, startedAt, updatedAt, endedAt, stuck },
    state: stuck === null ? standing.state : "stuck",
    steps: chains.flatMap((chain, nth) => stepsOfChain(known, chain, nth)),
    journal: journalOf(known, standing, leftOut),
    missing: missingOf(known.map, standing, clock),
    next: open === null ? null : { topic: awaited(known, open.rule), dueAt: open.dueAt },
  };
}

/** Whether the deadlines of instances can be judged now. */
export function isFresh({ watermarkAt, now }: Pick<FoldClock, "watermarkAt" | "now">): boolean {
  return watermarkAt !== null && now - watermarkAt <= WATERMARK_FRESH_MS;
}

/** The one of a rule's next events that is on the success path; else the first. */
function awaited({ steps }: KnownMap, rule: { event: string; next: readonly string[] }): string {
  const good = steps.filter(({ event }) => event === rule.event).flatMap(({ next }) => next);
  return rule.next.find((each) => good.includes(each)) ?? rule.next[0] ?? "";
}

function missedDeadline(
  { map }: KnownMap,
  { chains, step }: ChoreographyStanding,
  clock: FoldClock,
): SagaStuck | null {
  const open = chains[0]?.open ?? null;
  if (open === null || clock.watermarkAt === null || !isFresh(clock) || open.dueAt > clock.watermarkAt)
    return null;
  const { rule, opener, dueAt } = open;
  const { topic, partition, offset } = opener.event;
  return {
    kind: "missing-event",
    sentence:
      `${eitherOf(rule.next)} was due within ${durationPhrase(rule.withinMs)} of ${rule.event}, ` +
      `${durationPhrase(clock.now - dueAt)} ago, and has not come.`,
    ...{ sinceAt: dueAt, step },
    evidence: [
      { kind: "record", cluster: map.cluster, topic, partition, offset },
      ...rule.next.map((each) => ({ kind: "topic" as const, cluster: map.cluster, topic: each })),
    ],
  };
}

function missingOf(map: ChoreographyMap, standing: ChoreographyStanding, clock: FoldClock): MissingField[] {
  const missing: MissingField[] = [
    { field: "data", reason: "A choreography is read by its headers: payloads are neither read nor kept." },
    { field: "version", reason: "No service keeps a choreography, so nothing counts its changes." },
    { field: "attempts", reason: "Headers do not tell how often a service tried." },
  ];
  if (standing.startedAt === null)
    missing.push({
      field: "startedAt",
      reason: `No ${eitherOf(map.starts)} with its correlation id was read.`,
    });
  if (standing.endedAt === null && !isFresh(clock))
    missing.push({ field: "deadline", reason: staleness(clock) });
  return missing;
}

function staleness({ watermarkAt, now, hindrance }: FoldClock): string {
  const why = hindrance === null || hindrance === undefined ? "" : ` ${hindrance}`;
  const far =
    watermarkAt === null
      ? "Not all of its topics have been read yet"
      : `Its topics are read up to ${durationPhrase(now - watermarkAt)} ago only`;
  return `${far}, so nothing can be said about what has not come.${why}`;
}

/** The steps of one chain; those of a further one are numbered, since names are unique in a saga. */
function stepsOfChain(known: KnownMap, standing: ChainStanding, nth: number): SagaStep[] {
  const find = (topics: readonly string[]): PlacedEvent | null =>
    standing.chain.events.find(({ event }) => topics.includes(event.topic)) ?? null;
  return known.steps.map((step) => {
    const { name, event, next, failures, withinMs, compensation } = step;
    const begun = find([event]);
    const done = find(next);
    const failed = find(failures);
    const undone = compensation === null ? null : find([compensation]);
    const ended = undone ?? done ?? failed;
    const state = stepState({ begun, done, failed, undone });
    return {
      ...{ name: nth === 0 ? name : `${name} (${nth + 1})`, state, attempts: null },
      service: (done ?? failed ?? undone)?.event.producer ?? null,
      sentAt: begun?.event.at ?? null,
      dueAt: begun === null ? null : begun.event.at + withinMs,
      endedAt: ended?.event.at ?? null,
      commandTopic: event,
      commandId: begun?.event.eventId ?? null,
      ...{ input: null, output: null, pivot: false, compensation },
      error: state === "failed" && failed !== null ? `${failed.event.topic} came instead.` : null,
    };
  });
}

function stepState(seen: Record<"begun" | "done" | "failed" | "undone", PlacedEvent | null>): StepState {
  if (seen.undone !== null) return "compensated";
  if (seen.done !== null) return "done";
  if (seen.failed !== null) return "failed";
  return seen.begun === null ? "to-come" : "sent";
}

type Told = Omit<SagaEntry, "seq">;

function journalOf(known: KnownMap, standing: ChoreographyStanding, leftOut: number): SagaEntry[] {
  const told = standing.placed.map((placed) => entryOf(known, standing, placed));
  return [...told, ...notesOf(standing, leftOut)].map((entry, nth) => ({ seq: nth + 1, ...entry }));
}

function entryOf(known: KnownMap, { chains }: ChoreographyStanding, placed: PlacedEvent): Told {
  const { event, duplicate } = placed;
  const of = chains.find(({ chain }) => chain.events.includes(placed)) ?? null;
  const { topic, partition, offset } = event;
  return {
    ...{ at: event.at, service: event.producer, topic, eventId: event.eventId, actor: null },
    kind: duplicate ? "duplicate" : kindOf(known.map, of, placed),
    step: known.steps.find(({ next }) => next.includes(topic))?.name ?? null,
    record: { cluster: known.map.cluster, topic, partition, offset },
    detail: duplicate ? "A record with the same event id came before it." : detailOf(known, of, placed),
  };
}

function kindOf(map: ChoreographyMap, of: ChainStanding | null, placed: PlacedEvent): JournalKind {
  const { topic } = placed.event;
  if (of?.chain.start === placed) return "started";
  if (of?.end === placed) return "ended";
  if (of !== null && isBehindEnd(of, placed)) return "late";
  return map.compensations.includes(topic) ? "compensated" : "event";
}

/** Whether an event comes after the one that ended its chain. */
const isBehindEnd = ({ chain, end }: ChainStanding, placed: PlacedEvent): boolean =>
  end !== null && chain.events.indexOf(placed) > chain.events.indexOf(end);

function detailOf({ map, rulesOf }: KnownMap, of: ChainStanding | null, placed: PlacedEvent): string | null {
  if (of === null) return null;
  const { topic, at } = placed.event;
  if (isBehindEnd(of, placed) && placed !== of.chain.start) return lateness(map, of, placed);
  const rules = [...rulesOf.values()].flat().filter(({ next }) => next.includes(topic));
  const overdue = rules.flatMap(({ event, withinMs }) => {
    const opener = of.chain.events.find((each) => each !== placed && each.event.topic === event);
    return opener === undefined ? [] : [at - opener.event.at - withinMs];
  });
  const lateMs = overdue.length === 0 ? 0 : Math.min(...overdue);
  if (lateMs > 0) return `It came ${durationPhrase(lateMs)} after it was due.`;
  if (placed.placedAt > at) return "By its own clock it came before what caused it.";
  return isNamed(map, rulesOf, topic) ? null : "The map does not name it.";
}

function lateness(map: ChoreographyMap, { state, end }: ChainStanding, { event }: PlacedEvent): string {
  const ended = `It came after ${end?.event.topic ?? "the end"} had ended the saga`;
  const undoes = map.compensations.includes(event.topic) || map.compensates.includes(event.topic);
  if (state === "completed" && undoes) return `${ended} as completed: the two do not agree.`;
  if (state === "compensated" && map.completes.includes(event.topic))
    return `${ended} as compensated: the two do not agree.`;
  return `${ended}.`;
}

const isNamed = (map: ChoreographyMap, rulesOf: KnownMap["rulesOf"], topic: string): boolean =>
  rulesOf.has(topic) ||
  [map.starts, map.compensations, map.completes, map.compensates, ...map.rules.map(({ next }) => next)].some(
    (named) => named.includes(topic),
  );

function notesOf({ chains, startedAt, endedAt }: ChoreographyStanding, leftOut: number): Told[] {
  const notes: string[] = [];
  if (chains.length > 1)
    notes.push(
      `${chains.length} starting events have this correlation id. Their events are told apart by what caused them; ` +
        `they stand ${chains.map(({ state }) => state).join(", ")}.`,
    );
  if (startedAt !== null && endedAt !== null && endedAt < startedAt)
    notes.push("Its end tells an earlier time than its start: the clocks of the services differ.");
  if (leftOut > 0) notes.push(`${leftOut} further events are not kept.`);
  return notes.map((detail) => ({
    ...{ at: null, kind: "note", step: null, service: null, topic: null, eventId: null, record: null },
    ...{ detail, actor: null },
  }));
}
