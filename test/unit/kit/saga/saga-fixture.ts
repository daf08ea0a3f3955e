import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { decide, type Decision, type Happening } from "#kit/saga/decide.ts";
import type { OperatorCommand } from "#kit/saga/decide-operator.ts";
import { defineSaga, type SagaDefinition, type SagaStep } from "#kit/saga/definition.ts";
import type { CommandToSend } from "#kit/saga/draft.ts";
import { newSaga, type JournalEntry, type Saga } from "#kit/saga/saga.ts";

/** The data of the sagas that these tests play. */
export interface Trip {
  trip: string;
  seats: string[];
}

/** An event of any payload. */
export function anyEvent(topic: string): EventDefinition<unknown> {
  return defineEvent({ topic, parse: (value) => value });
}

/** Only what has a seat may be booked: edited input is held against it. */
const bookable = (topic: string): EventDefinition<unknown> =>
  defineEvent({
    topic,
    parse: (value) => {
      if (typeof value !== "object" || value === null || !("trip" in value)) throw new TypeError("no trip");
      return value;
    },
  });

/** A step that books `name` and can be undone; its seat goes into the data. */
export function bookingStep(name: string, more: Partial<SagaStep<Trip>> = {}): SagaStep<Trip> {
  return {
    name,
    service: `${name}Service`,
    command: bookable(`trip.${name}.book`),
    input: ({ trip }) => ({ trip }),
    done: anyEvent(`trip.${name}.booked`),
    refused: anyEvent(`trip.${name}.full`),
    merge: (data) => ({ ...data, seats: [...data.seats, name] }),
    compensation: {
      command: anyEvent(`trip.${name}.release`),
      input: ({ trip, seats }) => ({ trip, seats }),
      done: anyEvent(`trip.${name}.released`),
    },
    ...more,
  };
}

/** The trip: hotel, train, then the ticket (the pivot), then a mail that cannot be undone. */
export function tripSaga(more: Record<string, Partial<SagaStep<Trip>>> = {}): SagaDefinition<Trip> {
  return defineSaga<Trip>({
    type: "trip",
    service: "trips",
    parse: (data) => data as Trip,
    steps: [
      bookingStep("hotel", more.hotel),
      bookingStep("train", more.train),
      bookingStep("ticket", { pivot: true, ...more.ticket }),
      bookingStep("mail", { compensation: undefined, ...more.mail }),
    ],
  });
}

/** What happens next, told of the saga as it stands. */
export type Turn = (saga: Saga) => { happening: Happening; afterMs?: number };

const reply = (commandKey: string, topic: string, payload: unknown): { happening: Happening } => ({
  happening: { kind: "reply", commandKey, topic, eventId: `answer-${commandKey}`, payload },
});

/** The participant did the step's n-th command. */
export const done =
  (step: string, n = 1): Turn =>
  () =>
    reply(`trip/t-1/${step}/${n}`, `trip.${step}.booked`, { ok: step });
/** The participant refused it. */
export const refused =
  (step: string, n = 1): Turn =>
  () =>
    reply(`trip/t-1/${step}/${n}`, `trip.${step}.full`, { reason: `no ${step} left` });
/** The participant undid it. */
export const undone =
  (step: string, n = 1): Turn =>
  () =>
    reply(`trip/t-1/${step}/${n}/undo`, `trip.${step}.released`, {});
/** The timer comes, exactly when it is due. */
export const timer: Turn = ({ wakeAt, updatedAt }) => ({
  happening: { kind: "timer" },
  afterMs: Math.max(0, (wakeAt ?? updatedAt) - updatedAt),
});
/** No reply comes to any attempt: three times out, and two resends between. */
export const silence: Turn[] = [timer, timer, timer, timer, timer];

/** An operator's command, decided on the present version unless said. */
export const operator =
  (command: OperatorCommand, more: { step?: string; input?: unknown; version?: number } = {}): Turn =>
  ({ version }) => ({
    happening: {
      kind: "operator",
      command,
      commandId: "c-1",
      step: more.step ?? null,
      input: more.input ?? null,
      expectedVersion: more.version ?? version,
      reason: "because",
      actor: "ada",
    },
  });

/** What came of a play: the saga, every command that went out, the journal, and the decision on the last turn. */
export interface Play {
  saga: Saga;
  sent: CommandToSend[];
  journal: JournalEntry[];
  last: Decision;
}

/** Begins a trip and plays turns on it; each decision's saga is the next one's. */
export function play(turns: readonly Turn[], definition = tripSaga()): Play {
  const data: Trip = { trip: "t-1", seats: [] };
  const start = { type: "trip", id: "t-1", data, correlationId: "corr", causationId: null };
  let saga = newSaga(start, 1_000);
  let nowAt = 1_000;
  let last: Decision = { kind: "ignored" };
  const sent: CommandToSend[] = [];
  const journal: JournalEntry[] = [];
  const begin: Turn = () => ({ happening: { kind: "started" } });
  for (const turn of [begin, ...turns]) {
    const { happening, afterMs = 10 } = turn(saga);
    nowAt += afterMs;
    last = decide(definition.plain, { saga, nowAt }, happening);
    if (last.kind === "noted") journal.push(last.entry);
    if (last.kind !== "moved") continue;
    if (last.command) sent.push(last.command);
    journal.push(...last.journal);
    saga = last.saga;
  }
  return { saga, sent, journal, last };
}

/** A play in words: where the saga stands, the keys that went out (less the saga's own part), the last decision. */
export function wordsOf({ saga, sent, last }: Play): string[] {
  const stand = [saga.state, saga.parked ?? "", saga.step ?? ""].filter((word) => word !== "").join(" ");
  const tail = last.kind === "moved" ? [] : [last.kind === "noted" ? last.entry.kind : last.kind];
  return [stand, ...sent.map(({ key }) => key.replace("trip/t-1/", "")), ...tail];
}
