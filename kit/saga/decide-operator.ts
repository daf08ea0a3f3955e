import type { PlainSaga } from "./definition.ts";
import type { Draft, PlacedStep } from "./draft.ts";
import type { Saga } from "./saga.ts";

/** What an operator can ask for. */
export const OPERATOR_COMMANDS = ["retry", "skip", "compensate", "cancel", "resolve"] as const;
export type OperatorCommand = (typeof OPERATOR_COMMANDS)[number];

/** A command of an operator, whose signature and expiry were checked. */
export interface OperatorHappening {
  readonly kind: "operator";
  readonly command: OperatorCommand;
  readonly commandId: string;
  /** The step that it is about; null for the one the saga stands at. */
  readonly step: string | null;
  /** A new input for a retry; null where it stays. */
  readonly input: unknown;
  readonly expectedVersion: number;
  readonly reason: string;
  readonly actor: string;
}

interface OperatorCase {
  readonly saga: Saga;
  readonly happening: OperatorHappening;
  readonly nowAt: number;
}

/**
 * decideOperator applies an operator's command to a draft, or answers why it does not hold. Each holds only for the
 * version that it was decided on, for a saga that has not ended, and for the step where the saga stands.
 *
 * - `retry`: sends the command of that step again. Under the same key and with the same input while its outcome is
 *   unknown; anew, with edited input where given, after a refusal; a compensation under its own key.
 * - `skip`: takes the step as done (or as compensated) without asking its participant again, and goes on. If the saga
 *   is compensated later, a skipped step whose command was sent is compensated too: it may have been done.
 * - `compensate`: turns back here, before the pivot, where something was done or may have been.
 * - `cancel`: the same, and ends at once as `compensated` where nothing was done.
 * - `resolve`: ends it as `failed`: nothing more is sent; somebody put it right by other means, as the reason says.
 */
export function decideOperator(draft: Draft, plain: PlainSaga, given: OperatorCase): string | null {
  const { saga, happening } = given;
  if (happening.expectedVersion !== saga.version)
    return `The saga moved: it is at version ${saga.version}, not at ${happening.expectedVersion}`;
  if (saga.endedAt !== null) return `The saga has ended: ${saga.state}`;
  if (happening.step !== null && happening.step !== saga.step)
    return `The saga stands at the step ${saga.step ?? "none"}, not at ${happening.step}`;
  if (happening.input !== null && happening.command !== "retry") return "Only a retry takes input";
  draft.note({
    kind: "operator",
    ...(saga.step === null ? {} : { step: saga.step }),
    eventId: happening.commandId,
    detail: `${happening.command}: ${happening.reason}`,
    actor: happening.actor,
  });
  const placed = draft.at(plain.steps.findIndex(({ name }) => name === saga.step));
  if (happening.command === "resolve") {
    if (placed) draft.set({ ...placed.row, dueAt: null });
    draft.end("failed");
    return null;
  }
  if (!placed) return `The definition of ${saga.type} has no step ${saga.step ?? "none"} any more`;
  return moveStep(draft, placed, given);
}

function moveStep(draft: Draft, placed: PlacedStep, given: OperatorCase): string | null {
  const { saga, happening } = given;
  switch (happening.command) {
    case "retry":
      return saga.state === "compensating"
        ? retryUndo(draft, placed, happening)
        : retryForward(draft, placed, happening);
    case "skip":
      return skip(draft, placed, given);
    case "compensate":
    case "cancel":
      return turnBack(draft, placed, given);
    case "resolve":
      return null;
  }
}

function retryForward(draft: Draft, placed: PlacedStep, { input }: OperatorHappening): string | null {
  const { step, row } = placed;
  if (row.state === "sent") {
    if (input !== null)
      return `Input can be edited after a refusal alone: it is unknown what ${step.service} did with the first`;
    draft.sendForward({ step, row: { ...row, attempts: 0 } }, row.input);
    return null;
  }
  const fault = input === null ? null : faultOfInput(placed, input);
  if (fault !== null) return fault;
  const fresh = { ...row, generation: row.generation + 1, attempts: 0 };
  draft.sendForward({ step, row: fresh }, input ?? step.input(draft.saga.data));
  return null;
}

function faultOfInput({ step }: PlacedStep, input: unknown): string | null {
  try {
    step.command.parse(input);
    return null;
  } catch (error) {
    return `The input is no valid ${step.command.topic}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function retryUndo(draft: Draft, { step, row }: PlacedStep, { input }: OperatorHappening): string | null {
  if (input !== null) return "The input of a compensation cannot be edited";
  if (!step.compensation) return `The step ${step.name} has no compensation any more`;
  draft.sendUndo({ step, row: { ...row, compensationAttempts: 0 } }, step.compensation);
  return null;
}

function skip(draft: Draft, { row }: PlacedStep, { saga, happening, nowAt }: OperatorCase): null {
  draft.unpark();
  const error = `Skipped by ${happening.actor}: ${happening.reason}`;
  draft.set({ ...row, state: "skipped", endedAt: nowAt, dueAt: null, error });
  if (saga.state === "compensating") draft.compensateFrom(row.position - 1);
  else draft.goOn(row.position);
  return null;
}

function turnBack(draft: Draft, placed: PlacedStep, { saga, happening }: OperatorCase): string | null {
  if (saga.state === "compensating") return "The saga is compensating already";
  const pivot = saga.steps.find(({ pivot, state }) => pivot && (state === "done" || state === "skipped"));
  if (pivot) return `The saga is past its pivot ${pivot.step}: nothing is compensated any more`;
  draft.compensateFrom(placed.row.position);
  if (draft.command === null && happening.command === "compensate")
    return "There is nothing to compensate: nothing was done that has a compensation (cancel ends it)";
  return null;
}
