import type { DefinedStep } from "#lib/domain/sagas/saga-definition.ts";

type Json = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Json | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** What a way through the machine visits at most: a machine may loop. */
const VISITED = 200;

/**
 * seataStepsOf reads the steps of a state machine's JSON: its service tasks along `Next` from `StartState`, of a choice
 * the ways in their order. States that compensate others are not steps. Empty for what is no such JSON.
 */
export function seataStepsOf(content: unknown): DefinedStep[] {
  const machine = objectOf(content);
  const states = objectOf(machine?.["States"]);
  if (machine === null || states === null) return [];
  const steps: DefinedStep[] = [];
  const seen = new Set<string>();
  const ahead = [textOf(machine["StartState"])];
  while (ahead.length > 0 && seen.size < VISITED) {
    const name = ahead.shift() ?? null;
    const state = name === null ? null : objectOf(states[name]);
    if (name === null || state === null || seen.has(name)) continue;
    seen.add(name);
    if (textOf(state["ServiceName"]) !== null && state["IsForCompensation"] !== true)
      steps.push(stepOf(name, state));
    ahead.push(textOf(state["Next"]), ...choicesOf(state));
  }
  return steps;
}

function choicesOf(state: Json): (string | null)[] {
  const choices: unknown[] = Array.isArray(state["Choices"]) ? state["Choices"] : [];
  return [...choices.map((choice) => textOf(objectOf(choice)?.["Next"])), textOf(state["Default"])];
}

const stepOf = (name: string, state: Json): DefinedStep => {
  const retries: unknown[] = Array.isArray(state["Retry"]) ? state["Retry"] : [];
  const most = objectOf(retries[0])?.["MaxAttempts"];
  return {
    name,
    service: textOf(state["ServiceName"]),
    commandTopic: null,
    replyTopics: [],
    timeoutMs: null,
    attempts: typeof most === "number" && Number.isInteger(most) && most >= 0 ? most + 1 : null,
    // Seata calls services: the state that compensates stands where others have a topic.
    compensationTopic: textOf(state["CompensateState"]),
    pivot: false,
  };
};
