import { SAGA_COMMANDS, type OfferedCommand, type Saga, type SagaCommand } from "#lib/domain/sagas/saga.ts";

/** What the offers depend on. */
type Offering = Pick<Saga, "state" | "endedAt" | "step" | "steps">;

/**
 * offeredCommands says of each command whether the service would take it now, and why not. The rules are those of
 * `decideOperator` in `kit/saga`, which alone decides; where it goes on by itself nothing needs to be retried, skipped
 * or given up. `readOnly` refuses them all.
 */
export function offeredCommands(saga: Offering, readOnly: string | null): OfferedCommand[] {
  return SAGA_COMMANDS.map((command) => ({
    command,
    step: command === "cancel" || command === "resolve" ? null : saga.step,
    refusal: readOnly ?? refusalOf(saga, command),
  }));
}

function refusalOf(saga: Offering, command: SagaCommand): string | null {
  if (saga.endedAt !== null || saga.step === null) return "The saga has ended.";
  switch (command) {
    case "retry":
    case "skip":
    case "resolve":
      return saga.state === "stuck" ? null : `The saga goes on: the reply to ${saga.step} is not overdue.`;
    case "compensate":
    case "cancel":
      return refusalToTurnBack(saga, command);
  }
}

function refusalToTurnBack({ state, steps }: Offering, command: "compensate" | "cancel"): string | null {
  if (state === "compensating" || steps.some((step) => step.state.startsWith("compensat")))
    return "The saga is compensating already.";
  const pivot = steps.find((step) => step.pivot && (step.state === "done" || step.state === "skipped"));
  if (pivot !== undefined)
    return `The saga is past its pivot ${pivot.name}: nothing is compensated any more.`;
  const undoable = steps.some(
    (step) => step.compensation !== null && ["done", "sent", "skipped"].includes(step.state),
  );
  return command === "cancel" || undoable
    ? null
    : "Nothing was done that has a compensation: cancel ends the saga.";
}
