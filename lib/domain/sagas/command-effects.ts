import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import type { OfferedCommand, Saga, SagaCommand, SagaStep } from "#lib/domain/sagas/saga.ts";

/** A command that somebody means to give; `step` null is the step where the saga stands. */
export interface MeantCommand {
  readonly command: SagaCommand;
  readonly step: string | null;
}

/** What a command is judged by. `now` is epoch ms. */
export interface CommandCase {
  readonly saga: Saga;
  readonly offered: readonly OfferedCommand[];
  /** Why nothing can be asked of its source; null where something can. */
  readonly readOnly: string | null;
  /** Another command to it that waits for its answer. */
  readonly pending: SagaCommandRecord | null;
  readonly now: number;
}

/** CommandEffects is what a command will do, in sentences, before it is sent. */
export interface CommandEffects {
  /** Commands to topics and compensations, in the order in which they follow. */
  readonly effects: readonly string[];
  /** Why it is not sent; empty where it is. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** The saga's own id, where it must be typed: past the pivot. */
  readonly typed: string | null;
  readonly version: number | null;
}

/**
 * commandEffects tells what the saga's service will do when it takes a command, by the rules of the kit's orchestrator:
 * a command is about the step where the saga stands. What a service does is decided by the service, on the version that
 * this was told of, or not at all.
 */
export function commandEffects(meant: MeantCommand, given: CommandCase): CommandEffects {
  const { saga, now } = given;
  const refusals = refusalsOf(meant, given);
  const step = saga.steps.find(({ name }) => name === saga.step);
  const typed = isPastPivot(saga) ? saga.sagaId : null;
  const told = { refusals, typed, version: saga.version };
  if (step === undefined || saga.endedAt !== null) return { ...told, effects: [], warnings: [] };
  return {
    ...told,
    effects: EFFECTS[meant.command](saga, step),
    warnings: warningsOf(meant.command, { saga, step, now }),
  };
}

/** isPastPivot says whether the point of no return is behind: nothing is compensated any more. */
export function isPastPivot({ steps }: Pick<Saga, "steps">): boolean {
  return steps.some(({ pivot, state }) => pivot && (state === "done" || state === "skipped"));
}

/** offeredOf is what a source says of a command; null where it does not know of it. */
export function offeredOf(
  { command, step }: MeantCommand,
  offered: readonly OfferedCommand[],
): OfferedCommand | null {
  const same = offered.filter((each) => each.command === command);
  if (step === null) return same.find(({ refusal }) => refusal === null) ?? same[0] ?? null;
  return same.find((each) => each.step === step) ?? same.find((each) => each.step === null) ?? null;
}

/** Whether a retry may come with another input: only a refusal says that nothing was done with the first. */
export function takesInput({ state, steps, step }: Pick<Saga, "state" | "steps" | "step">): boolean {
  return state !== "compensating" && steps.find(({ name }) => name === step)?.state === "failed";
}

function refusalsOf(meant: MeantCommand, { saga, offered, readOnly, pending }: CommandCase): string[] {
  if (readOnly !== null) return [readOnly];
  const refusals: string[] = [];
  const found = offeredOf(meant, offered);
  if (found === null) refusals.push("Its source does not offer this command.");
  else if (found.refusal !== null) refusals.push(found.refusal);
  else if (meant.step !== null && meant.step !== saga.step)
    refusals.push(`The saga stands at the step ${saga.step ?? "none"}, not at ${meant.step}.`);
  if (pending !== null)
    refusals.push(
      `${pending.actor} has sent ${pending.command} to it, and the answer is not there yet. Wait for it.`,
    );
  if (saga.version === null || saga.service === null)
    refusals.push("Its source does not tell which service owns it, or not its version.");
  return refusals;
}

const EFFECTS: Readonly<Record<SagaCommand, (saga: Saga, step: SagaStep) => string[]>> = {
  retry: retryEffects,
  skip: skipEffects,
  compensate: turnBackEffects,
  cancel: turnBackEffects,
  resolve: resolveEffects,
};

const isCompensating = ({ state, steps, step }: Saga): boolean =>
  state === "compensating" ||
  steps.some(
    (each) => each.name === step && (each.state === "compensating" || each.state === "compensation-failed"),
  );

function retryEffects(saga: Saga, step: SagaStep): string[] {
  if (isCompensating(saga)) return [`${compensationSentence(step)} It is sent again, under its own key.`];
  const to = `Sends the command of the step ${step.name} to ${topicOf(step.commandTopic)}`;
  const who = step.service ?? "its participant";
  return step.state === "failed"
    ? [`${to}, as a new one: ${who} refused the last, so nothing was done.`]
    : [
        `${to} again, under the same key and with the same input.`,
        `If ${who} did it before, it answers what it answered then, and does nothing twice.`,
      ];
}

function skipEffects(saga: Saga, step: SagaStep): string[] {
  const who = step.service ?? "its participant";
  if (isCompensating(saga))
    return [
      `Takes the step ${step.name} as compensated; ${who} is not asked again.`,
      ...turnBack(saga.steps.slice(0, indexOf(saga, step))),
    ];
  const next = saga.steps[indexOf(saga, step) + 1];
  return [
    `Takes the step ${step.name} as done; ${who} is not asked again.`,
    next === undefined
      ? "Then the saga ends as completed."
      : `Then sends the command of the step ${next.name} to ${topicOf(next.commandTopic)}.`,
  ];
}

function turnBackEffects(saga: Saga): string[] {
  return turnBack(undone(saga));
}

/** The steps up to the one where the saga stands that were done or may have been. */
function undone({ steps, step }: Saga): SagaStep[] {
  return steps.slice(0, steps.findIndex(({ name }) => name === step) + 1).filter(mayHaveDone);
}

/** What undoing the given steps sends, the latest first, each when the one before is done. */
function turnBack(steps: readonly SagaStep[]): string[] {
  const left = steps.filter(mayHaveDone).reverse();
  const lines = left.map((step) =>
    step.compensation === null
      ? `The step ${step.name} has no compensation: what it did stays.`
      : compensationSentence(step),
  );
  const any = left.some(({ compensation }) => compensation !== null);
  return [
    ...lines,
    any
      ? "Then the saga ends as compensated."
      : "No compensation is left: the saga ends as compensated at once.",
  ];
}

function resolveEffects({ steps }: Saga): string[] {
  const stays = steps.filter(({ state }) => state === "done").map(({ name }) => name);
  return [
    "Ends the saga as failed: no command and no compensation is sent any more.",
    stays.length === 0 ? "No step of it is done." : `What these steps did stays: ${stays.join(", ")}.`,
  ];
}

interface Warned {
  readonly saga: Saga;
  readonly step: SagaStep;
  readonly now: number;
}

function warningsOf(command: SagaCommand, { saga, step, now }: Warned): string[] {
  const who = step.service ?? "its participant";
  const unknown = step.state === "sent" && !isCompensating(saga);
  const warnings: string[] = [];
  if (step.dueAt !== null && step.dueAt > now)
    warnings.push(`The answer of ${who} is not due yet: it may still come by itself.`);
  if (command === "retry" && saga.stuck?.kind === "dead-letter")
    warnings.push(
      "Its command lies in a dead-letter topic: what failed then fails again unless it was mended.",
    );
  if (command === "skip" && unknown)
    warnings.push(
      `It is not known whether ${who} did the step ${step.name}. See that it is done by other means.`,
    );
  if (command === "skip" && step.pivot && !isCompensating(saga))
    warnings.push(`The step ${step.name} is the pivot: behind it nothing is compensated any more.`);
  if ((command === "compensate" || command === "cancel") && unknown && step.compensation !== null)
    warnings.push(
      `It is not known whether ${who} did the step ${step.name}: its compensation is sent all the same, and must bear that.`,
    );
  if (command === "resolve")
    warnings.push("Nobody is asked to undo anything: put right by hand what is half done.");
  if (isPastPivot(saga))
    warnings.push("The saga is past its pivot: what it does from here on is not undone.");
  return warnings;
}

const mayHaveDone = ({ state }: SagaStep): boolean =>
  state === "done" || state === "sent" || state === "skipped";

const compensationSentence = ({ name, compensation }: SagaStep): string =>
  `Sends the compensation of the step ${name} to ${topicOf(compensation)}.`;

const topicOf = (topic: string | null): string => topic ?? "a topic that the source does not tell";

const indexOf = ({ steps }: Saga, { name }: SagaStep): number =>
  steps.findIndex((each) => each.name === name);
