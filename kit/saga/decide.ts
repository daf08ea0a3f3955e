import type { PlainSaga, PlainStep } from "./definition.ts";
import { decideOperator, type OperatorHappening } from "./decide-operator.ts";
import { Draft, type CommandToSend, type PlacedStep } from "./draft.ts";
import { commandOfKey, type CommandName, type JournalEntry, type Saga, type StepRow } from "./saga.ts";

/** An answer of a participant. */
export interface ReplyHappening {
  readonly kind: "reply";
  /** The key of the command that it answers. */
  readonly commandKey: string;
  /** Which of the step's answers it is. */
  readonly topic: string;
  readonly eventId: string;
  readonly payload: unknown;
}

/** A saga as it stands, and the database's clock, epoch ms. */
export interface Standing {
  readonly saga: Saga;
  readonly nowAt: number;
}

/** What can happen to a saga. */
export type Happening =
  { readonly kind: "started" } | { readonly kind: "timer" } | ReplyHappening | OperatorHappening;

/** The saga moved: what to write, all in one transaction. */
export interface Moved {
  readonly kind: "moved";
  readonly saga: Saga;
  /** Rows of steps that changed. */
  readonly steps: readonly StepRow[];
  readonly journal: readonly JournalEntry[];
  readonly command: CommandToSend | null;
}

/**
 * What comes of a happening. `noted`: a late or repeated answer, kept in the journal, moves nothing. `ignored`: it is
 * nothing to this saga. `refused`: an operator's command that does not hold, and why.
 */
export type Decision =
  | Moved
  | { readonly kind: "noted"; readonly entry: JournalEntry }
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly reason: string };

const IGNORED: Decision = { kind: "ignored" };

/**
 * decide is the whole of an orchestrator's mind: what follows when something happens to a saga. Pure. Throws only what the definition's own `parse`, `input` and `merge` throw.
 */
export function decide(plain: PlainSaga, { saga, nowAt }: Standing, happening: Happening): Decision {
  const draft = new Draft(plain, saga, nowAt);
  switch (happening.kind) {
    case "started":
      draft.note({ kind: "started", data: saga.data });
      draft.goOn(-1);
      return moved(draft);
    case "reply":
      return decideReply(draft, plain, { saga, reply: happening, nowAt });
    case "timer":
      return decideTimer(draft, plain, { saga, nowAt });
    case "operator": {
      const reason = decideOperator(draft, plain, { saga, happening, nowAt });
      return reason === null ? moved(draft) : { kind: "refused", reason };
    }
  }
}

function moved(draft: Draft): Moved {
  return { kind: "moved", ...draft.result(), journal: draft.journal, command: draft.command };
}

/** Whether the step at a position cannot be undone any more, since the pivot before it is behind. */
export function isPastPivot(plain: PlainSaga, saga: Saga, position: number): boolean {
  const pivot = plain.steps.findIndex((step) => step.pivot);
  if (pivot < 0 || pivot > position) return false;
  const state = saga.steps.find((row) => row.position === pivot)?.state;
  return state === "done" || state === "skipped";
}

/** Where the saga stands in its definition; -1 where it ended or the definition lost the step. */
export function positionOf(plain: PlainSaga, saga: Saga): number {
  return plain.steps.findIndex(({ name }) => name === saga.step);
}

interface ReplyCase extends Standing {
  readonly reply: ReplyHappening;
}

/** An answer by its topic: of the command that did, or of the one that undoes. */
function outcomeOf(step: PlainStep, undo: boolean, topic: string): "done" | "refused" | undefined {
  const command = undo ? step.compensation : step;
  if (topic === command?.done.topic) return "done";
  return topic === command?.refused?.topic ? "refused" : undefined;
}

function decideReply(draft: Draft, plain: PlainSaga, { saga, reply, nowAt }: ReplyCase): Decision {
  const name = commandOfKey(reply.commandKey);
  const position = plain.steps.findIndex((step) => step.name === name?.step);
  const placed = draft.at(position);
  const outcome = name && placed ? outcomeOf(placed.step, name.undo, reply.topic) : undefined;
  if (!name || !placed || outcome === undefined) return IGNORED;
  const { state, commandKey } = placed.row;
  // A participant that was away answers late: a saga that was parked for want of this very answer goes on with it.
  const awaits = name.undo ? state === "compensating" || state === "compensation_failed" : state === "sent";
  const isAwaited = saga.step === name.step && commandKey === reply.commandKey && awaits;
  if (!isAwaited) return { kind: "noted", entry: missedReply(placed.row, { name, reply }) };
  if (outcome === "refused") takeRefusal(draft, plain, { saga, reply, placed, nowAt });
  else takeDone(draft, placed, { reply, undo: name.undo, nowAt });
  return moved(draft);
}

function takeDone(
  draft: Draft,
  { step, row }: PlacedStep,
  { reply, undo, nowAt }: { reply: ReplyHappening; undo: boolean; nowAt: number },
): void {
  const before = draft.saga.data;
  draft.saga.data = (undo ? step.compensation : step)?.merge(before, reply.payload) ?? before;
  const isChanged = JSON.stringify(before) !== JSON.stringify(draft.saga.data);
  draft.set({
    ...row,
    state: undo ? "compensated" : "done",
    endedAt: nowAt,
    dueAt: null,
    ...(undo ? {} : { output: reply.payload }),
  });
  draft.note({
    kind: undo ? "compensated" : "reply",
    ...sourceOf(step, reply),
    ...(isChanged ? { data: draft.saga.data } : {}),
  });
  if (undo) draft.compensateFrom(row.position - 1);
  else draft.goOn(row.position);
}

function takeRefusal(
  draft: Draft,
  plain: PlainSaga,
  { saga, reply, placed, nowAt }: ReplyCase & { placed: PlacedStep },
): void {
  const { step, row } = placed;
  const error = reasonOf(reply.payload);
  draft.set({ ...row, state: "failed", commandKey: null, endedAt: nowAt, dueAt: null, error });
  draft.note({ kind: "refused", ...sourceOf(step, reply), detail: error });
  if (isPastPivot(plain, saga, row.position)) draft.park("refused", `${step.service} refused: ${error}`);
  else draft.compensateFrom(row.position - 1);
}

function sourceOf(step: PlainStep, reply: ReplyHappening): Pick<JournalEntry, "step" | "topic" | "eventId"> {
  return { step: step.name, topic: reply.topic, eventId: reply.eventId };
}

const REASON_LENGTH = 300;

/** The `reason` of a refusal's payload, where it has one. */
function reasonOf(payload: unknown): string {
  const isNamed = typeof payload === "object" && payload !== null && "reason" in payload;
  return isNamed && typeof payload.reason === "string"
    ? payload.reason.slice(0, REASON_LENGTH)
    : "no reason given";
}

/** An answer that is not waited for: one more of a command that was answered, or one that came too late. */
function missedReply(
  row: StepRow,
  { name, reply }: { name: CommandName; reply: ReplyHappening },
): JournalEntry {
  const wasAnswered = name.undo
    ? row.state === "compensated"
    : name.generation < row.generation || row.state === "done" || row.output !== null || isRefused(row);
  return {
    kind: wasAnswered ? "duplicate" : "late",
    step: name.step,
    topic: reply.topic,
    eventId: reply.eventId,
    detail: wasAnswered ? `${reply.commandKey} was answered before` : "The saga no longer waits for it",
  };
}

/** Whether the last answer of the step was a refusal. */
function isRefused({ attempts, commandKey }: StepRow): boolean {
  return attempts > 0 && commandKey === null;
}

function decideTimer(draft: Draft, plain: PlainSaga, { saga, nowAt }: Standing): Decision {
  const placed = draft.at(positionOf(plain, saga));
  const isDue = saga.parked === null && saga.wakeAt !== null && saga.wakeAt <= nowAt;
  if (!placed || !isDue) return IGNORED;
  const { step, row } = placed;
  const undo = saga.state === "compensating";
  const command = undo ? step.compensation : step;
  if (!command) return IGNORED;
  if (row.dueAt === null) {
    if (undo) draft.sendUndo(placed, command);
    else draft.sendForward(placed, row.input);
    return moved(draft);
  }
  const attempts = undo ? row.compensationAttempts : row.attempts;
  const { retry, timeoutMs } = command;
  draft.note({
    kind: "timeout",
    step: step.name,
    topic: command.command.topic,
    detail: `No reply within ${timeoutMs} ms to attempt ${attempts} of ${retry.attempts}`,
  });
  if (attempts < retry.attempts) {
    draft.set({ ...row, dueAt: null });
    draft.saga.wakeAt = nowAt + Math.round(retry.delayMs * retry.factor ** (attempts - 1));
  } else if (undo) failCompensation(draft, placed, nowAt);
  else giveUpWaiting(draft, placed, isPastPivot(plain, saga, row.position));
  return moved(draft);
}

function failCompensation(draft: Draft, { step, row }: PlacedStep, nowAt: number): void {
  const error = `${step.service} did not answer the compensation in ${row.compensationAttempts} attempts`;
  draft.set({ ...row, state: "compensation_failed", endedAt: nowAt, error });
  draft.park("compensation_failed", error);
}

function giveUpWaiting(draft: Draft, { step, row }: PlacedStep, isPast: boolean): void {
  const error = `${step.service} did not answer in ${row.attempts} attempts: it is unknown whether it was done`;
  draft.set({ ...row, error });
  if (step.onTimeout === "compensate" && !isPast) draft.compensateFrom(row.position);
  else draft.park("timeout", error);
}
