import type { SourceFacts } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { DefinedStep, SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import {
  sagaIdOf,
  type SagaEntry,
  type SagaRow,
  type SagaStep,
  type StepState,
  type StuckKind,
} from "#lib/domain/sagas/saga.ts";

/** A row of saga_instance with the step that it stands at. */
export interface KitInstance {
  saga_type: string;
  saga_id: string;
  state: "running" | "compensating" | "completed" | "compensated" | "failed";
  parked: "timeout" | "refused" | "compensation_failed" | null;
  parked_reason: string | null;
  step: string | null;
  correlation_id: string;
  started_at: Date;
  updated_at: Date;
  ended_at: Date | null;
  wake_at: Date | null;
  service: string | null;
  step_state: string | null;
  attempts: number | null;
  compensation_attempts: number | null;
  due_at: Date | null;
  /** Sent more than once, and the second reply is past due. */
  overdue: boolean;
  /** Its timer is past due and nobody acted on it. */
  unattended: boolean;
}

/** A row of saga_step. */
export interface KitStep {
  step: string;
  service: string;
  state: string;
  attempts: number;
  compensation_attempts: number;
  pivot: boolean;
  command_topic: string;
  command_id: string | null;
  sent_at: Date | null;
  due_at: Date | null;
  ended_at: Date | null;
  input: unknown;
  output: unknown;
  error: string | null;
}

/** A row of saga_journal. */
export interface KitEntry {
  seq: string;
  at: Date;
  kind: SagaEntry["kind"];
  step: string | null;
  topic: string | null;
  event_id: string | null;
  has_data: boolean;
  data: unknown;
  detail: string | null;
  actor: string | null;
}

/** sagaRowOf is a row of the list; its reason is what the tables alone tell. */
export function sagaRowOf(facts: SourceFacts, row: KitInstance): SagaRow {
  const stuck = stuckOf(row);
  return {
    id: sagaIdOf(facts.id, row.saga_type, row.saga_id),
    source: facts.id,
    type: row.saga_type,
    sagaId: row.saga_id,
    kind: facts.kind,
    state: stuck === null ? row.state : "stuck",
    stuck,
    step: row.step,
    correlationId: row.correlation_id,
    startedAt: row.started_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** Why a saga does not go on, by its tables alone; null while it does, and where it ended. */
function stuckOf(row: KitInstance): { kind: StuckKind; sentence: string } | null {
  if (row.ended_at !== null) return null;
  const who = row.service ?? "the participant";
  const step = row.step ?? "its step";
  if (row.parked === "refused")
    return { kind: "refused", sentence: row.parked_reason ?? `${who} refused ${step}.` };
  if (row.parked === "compensation_failed")
    return {
      kind: "compensation-failed",
      sentence: row.parked_reason ?? `The compensation of ${step} failed as often as it may.`,
    };
  if (row.parked === null && row.unattended)
    return { kind: "timer-due", sentence: `The timer of ${step} is past due and nobody acted on it.` };
  if (row.parked === null && !row.overdue) return null;
  const attempts = row.step_state === "compensating" ? row.compensation_attempts : row.attempts;
  const times = attempts === null ? "" : ` to ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  return {
    kind: "missing-reply",
    sentence: row.parked_reason ?? `No reply of ${who} to ${step} came${times}.`,
  };
}

const STEP_STATES: Readonly<Record<string, StepState>> = {
  sent: "sent",
  done: "done",
  failed: "failed",
  skipped: "skipped",
  compensating: "compensating",
  compensated: "compensated",
  compensation_failed: "compensation-failed",
};

/** stepsOf are the steps of a saga in the order of its definition, those to come included. */
export function stepsOf(
  rows: readonly KitStep[],
  definition: SagaDefinition | null,
  state: KitInstance["state"],
): SagaStep[] {
  const steps = rows.map((row): SagaStep => ({
    name: row.step,
    service: row.service,
    state: STEP_STATES[row.state] ?? "sent",
    attempts: row.attempts,
    sentAt: row.sent_at?.getTime() ?? null,
    dueAt: row.due_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
    commandTopic: row.command_topic,
    commandId: row.command_id,
    input: row.input,
    output: row.output,
    error: row.error,
    pivot: row.pivot,
    compensation: definition?.steps.find(({ name }) => name === row.step)?.compensationTopic ?? null,
  }));
  // What a saga that goes backwards, or ended, has not begun will not come.
  if (state !== "running") return steps;
  const begun = new Set(steps.map(({ name }) => name));
  const toCome = (definition?.steps ?? []).filter(({ name }) => !begun.has(name));
  return [...steps, ...toCome.map(stepToCome)];
}

const stepToCome = (step: DefinedStep): SagaStep => ({
  name: step.name,
  service: step.service,
  state: "to-come",
  attempts: 0,
  ...{ sentAt: null, dueAt: null, endedAt: null, commandId: null, input: null, output: null, error: null },
  commandTopic: step.commandTopic,
  pivot: step.pivot,
  compensation: step.compensationTopic,
});

/** entryOf is an entry of the journal; `services` names the participant of each step. */
export function entryOf(row: KitEntry, services: ReadonlyMap<string, string | null>): SagaEntry {
  return {
    seq: Number(row.seq),
    at: row.at.getTime(),
    kind: row.kind,
    step: row.step,
    service: row.step === null ? null : (services.get(row.step) ?? null),
    topic: row.topic,
    eventId: row.event_id,
    record: null,
    ...(row.has_data ? { data: row.data } : {}),
    detail: row.detail,
    actor: row.actor,
  };
}

/** definedStepsOf reads `saga_definition.steps`; what is not as documented is left out. */
export function definedStepsOf(steps: unknown): DefinedStep[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((each: unknown): DefinedStep[] => {
    if (typeof each !== "object" || each === null) return [];
    const step = each as Record<string, unknown>;
    const name = textOf(step["name"]);
    if (name === null) return [];
    const replies: unknown[] = Array.isArray(step["replies"]) ? step["replies"] : [];
    return [
      {
        name,
        service: textOf(step["service"]),
        commandTopic: textOf(step["command"]),
        replyTopics: replies.filter((topic) => typeof topic === "string"),
        timeoutMs: countOf(step["timeoutMs"]),
        attempts: countOf(step["attempts"]),
        compensationTopic: textOf(step["compensation"]),
        pivot: step["pivot"] === true,
      },
    ];
  });
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const countOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : null;
