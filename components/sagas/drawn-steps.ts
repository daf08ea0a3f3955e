import type { DefinedStep } from "#lib/domain/sagas/saga-definition.ts";

import type { ShownDefinition, StepFigures } from "./use-definitions.ts";

/** A step of a type with its live figures; null where none are known. */
export interface DrawnStep extends DefinedStep {
  readonly figures: StepFigures | null;
}

/** drawnSteps joins the steps of a type with their figures, in the definition's order. */
export function drawnSteps({
  steps,
  stepFigures,
}: Pick<ShownDefinition, "steps" | "stepFigures">): DrawnStep[] {
  return steps.map((step) => ({
    ...step,
    figures: stepFigures.find((each) => each.step === step.name) ?? null,
  }));
}
