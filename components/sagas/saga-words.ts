import type { Tone, ToneWords } from "#components/ui/tone.ts";
import type { JournalKind, SagaKind, SagaState, StepState, StuckKind } from "#lib/domain/sagas/saga.ts";

/** STATE_WORDS: each state of a saga as people call it. */
export const STATE_WORDS: Readonly<Record<SagaState, ToneWords>> = {
  stuck: { tone: "warning", word: "stuck", meaning: "It will not go on by itself; the reason is told." },
  running: { tone: "notice", word: "running", meaning: "Its steps are being done." },
  compensating: { tone: "notice", word: "compensating", meaning: "What was done is being undone." },
  failed: { tone: "critical", word: "failed", meaning: "It ended without being completed or undone." },
  compensated: { tone: "neutral", word: "compensated", meaning: "It ended with everything undone." },
  completed: { tone: "ok", word: "completed", meaning: "It ended with every step done." },
};

/** STUCK_WORDS: why sagas do not go on, in few words, and as what one or many of them do. */
export const STUCK_WORDS: Readonly<
  Record<StuckKind, { word: string; one: string; many: string; tone: Tone }>
> = {
  "dead-letter": {
    word: "in a dead-letter topic",
    one: "lies in a dead-letter topic",
    many: "lie in dead-letter topics",
    tone: "warning",
  },
  refused: {
    word: "refused past the pivot",
    one: "was refused past the pivot",
    many: "were refused past the pivot",
    tone: "critical",
  },
  "compensation-failed": {
    word: "compensation failed",
    one: "could not be compensated",
    many: "could not be compensated",
    tone: "critical",
  },
  outbox: {
    word: "not sent by the outbox",
    one: "waits in an outbox",
    many: "wait in outboxes",
    tone: "warning",
  },
  lock: { word: "lock held", one: "waits for a lock", many: "wait for locks", tone: "warning" },
  "lagging-group": {
    word: "lagging group",
    one: "waits for a lagging group",
    many: "wait for lagging groups",
    tone: "warning",
  },
  "timer-due": {
    word: "timer past due",
    one: "has a timer past due",
    many: "have timers past due",
    tone: "warning",
  },
  "missing-reply": {
    word: "missing reply",
    one: "waits for a reply that did not come",
    many: "wait for replies that did not come",
    tone: "warning",
  },
  "missing-event": {
    word: "missing event",
    one: "waits for an event that did not come",
    many: "wait for events that did not come",
    tone: "warning",
  },
};

/** STEP_WORDS: each state of a step. */
export const STEP_WORDS: Readonly<Record<StepState, ToneWords>> = {
  "to-come": { tone: "neutral", word: "to come", meaning: "Its command has not been sent." },
  sent: { tone: "notice", word: "sent", meaning: "Its command was sent; no answer has come yet." },
  done: { tone: "ok", word: "done", meaning: "Its participant did it." },
  failed: { tone: "critical", word: "failed", meaning: "Its participant refused it, or never answered." },
  skipped: { tone: "neutral", word: "skipped", meaning: "The saga went on without it." },
  compensating: { tone: "notice", word: "compensating", meaning: "It is being undone." },
  compensated: { tone: "neutral", word: "compensated", meaning: "It was undone." },
  "compensation-failed": {
    tone: "critical",
    word: "compensation failed",
    meaning: "Undoing it failed as often as it may.",
  },
};

/** ENTRY_WORDS: what an entry of the journal tells of. */
export const ENTRY_WORDS: Readonly<Record<JournalKind, { tone: Tone; word: string }>> = {
  started: { tone: "neutral", word: "started" },
  "command-sent": { tone: "neutral", word: "command sent" },
  reply: { tone: "ok", word: "reply" },
  refused: { tone: "critical", word: "refused" },
  timeout: { tone: "warning", word: "no reply in time" },
  "compensation-sent": { tone: "warning", word: "compensation sent" },
  compensated: { tone: "warning", word: "compensated" },
  event: { tone: "neutral", word: "event" },
  duplicate: { tone: "neutral", word: "repeated" },
  late: { tone: "warning", word: "late" },
  parked: { tone: "critical", word: "parked" },
  operator: { tone: "notice", word: "operator" },
  ended: { tone: "neutral", word: "ended" },
  note: { tone: "neutral", word: "note" },
};

/** KIND_WORDS: who decides what comes next. */
export const KIND_WORDS: Readonly<Record<SagaKind, { word: string; meaning: string }>> = {
  orchestrated: { word: "orchestrated", meaning: "One service decides what comes next." },
  choreographed: {
    word: "choreographed",
    meaning: "Each service decides for itself, by the events it reads.",
  },
};

/** toneOfSaga is the tone of a saga: that of its reason where it is stuck. */
export function toneOfSaga({ state, stuck }: { state: SagaState; stuck: { kind: StuckKind } | null }): Tone {
  return stuck === null ? STATE_WORDS[state].tone : STUCK_WORDS[stuck.kind].tone;
}

const LONGEST_ID = 14;

/** shortSagaId is an id for a title or a cell: a long one is cut to its end, which tells time-ordered ids apart. */
export function shortSagaId(sagaId: string): string {
  return sagaId.length <= LONGEST_ID ? sagaId : `…${sagaId.slice(-8)}`;
}
