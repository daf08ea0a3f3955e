import { formatRelative } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import type { Saga, SagaStep } from "#lib/domain/sagas/saga.ts";

/** What a sentence on a saga is made of. */
type Told = Pick<Saga, "state" | "step" | "steps" | "startedAt" | "endedAt" | "parkedReason" | "next"> & {
  readonly stuck: { readonly sentence: string } | null;
};

/** sagaSentence says in one sentence where a saga stands at `now`, epoch ms, and what it waits for. */
export function sagaSentence(saga: Told, now: number): string {
  if (saga.stuck !== null) return saga.stuck.sentence;
  switch (saga.state) {
    case "completed":
      return `Every step is done${tookPhrase(saga)}.`;
    case "compensated":
      return `What was done is undone${tookPhrase(saga)}.`;
    case "failed":
      return `It ended without being completed or undone${reasonPhrase(saga)}${tookPhrase(saga)}.`;
    case "stuck":
      return saga.parkedReason ?? "It does not go on; why is not known.";
    case "running":
    case "compensating":
      return waitSentence(saga, now);
  }
}

function tookPhrase({ startedAt, endedAt }: Told): string {
  return startedAt === null || endedAt === null ? "" : `; it took ${formatDuration(endedAt - startedAt)}`;
}

function reasonPhrase({ parkedReason }: Told): string {
  return parkedReason === null ? "" : `: ${parkedReason.replace(/\.$/, "")}`;
}

function waitSentence(saga: Told, now: number): string {
  if (saga.next !== null) return `Waits for ${saga.next.topic}, due ${formatRelative(saga.next.dueAt, now)}.`;
  const undone = saga.state === "compensating";
  const step = saga.steps.find(({ name }) => name === saga.step);
  if (step !== undefined)
    return `${undone ? "Undoes what was done; waits" : "Waits"} for ${stepPhrase(step, now)}.`;
  return undone ? "Undoes what was done." : "Its steps are being done.";
}

function stepPhrase({ name, service, state, sentAt }: SagaStep, now: number): string {
  // While it compensates, a source may still keep the time of the first command.
  if (state === "compensating") return `${service ?? "its participant"} to undo ${name}`;
  const since = sentAt === null ? "" : `, sent ${formatRelative(sentAt, now)}`;
  return `${service ?? "its participant"} to do ${name}${since}`;
}
