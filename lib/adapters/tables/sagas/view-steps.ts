import { STEP_STATES, type SagaStep, type StepState } from "#lib/domain/sagas/saga.ts";

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Epoch ms of an ISO 8601 text. */
const timeOf = (value: unknown): number | null => {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

/**
 * definedViewSteps reads the column `steps` of a view: an array of `{name, service, state, attempts, sentAt, dueAt,
 * endedAt, commandTopic, input, output, error, pivot, compensation}`, of which only `name` and `state` are needed. What is
 * not so is left out.
 */
export function definedViewSteps(steps: unknown): SagaStep[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((each: unknown): SagaStep[] => {
    if (typeof each !== "object" || each === null) return [];
    const step = each as Readonly<Record<string, unknown>>;
    const [name, state] = [textOf(step["name"]), step["state"]];
    if (name === null || !STEP_STATES.includes(state as StepState)) return [];
    const attempts = step["attempts"];
    return [
      {
        name,
        service: textOf(step["service"]),
        state: state as StepState,
        attempts:
          typeof attempts === "number" && Number.isInteger(attempts) && attempts >= 0 ? attempts : null,
        sentAt: timeOf(step["sentAt"]),
        dueAt: timeOf(step["dueAt"]),
        endedAt: timeOf(step["endedAt"]),
        commandTopic: textOf(step["commandTopic"]),
        commandId: textOf(step["commandId"]),
        input: step["input"] ?? null,
        output: step["output"] ?? null,
        error: textOf(step["error"]),
        pivot: step["pivot"] === true,
        compensation: textOf(step["compensation"]),
      },
    ];
  });
}
