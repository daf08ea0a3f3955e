import type { Saga, SagaStuck } from "#lib/domain/sagas/saga.ts";

/**
 * stuckAlone is why a saga does not go on as far as its own source tells, with the topic of its command as evidence;
 * null while it goes on.
 */
export function stuckAlone(
  saga: Pick<Saga, "stuck" | "step" | "steps" | "cluster" | "updatedAt" | "ownEvidence">,
): SagaStuck | null {
  if (saga.stuck === null) return null;
  const step = saga.steps.find(({ name }) => name === saga.step);
  const undoing = step?.state === "compensating" || step?.state === "compensation-failed";
  const topic = (undoing ? step.compensation : step?.commandTopic) ?? null;
  return {
    ...saga.stuck,
    sinceAt: step?.dueAt ?? saga.updatedAt,
    step: saga.step,
    evidence: [
      ...(saga.ownEvidence ?? []),
      ...(topic === null || saga.cluster === null
        ? []
        : [{ kind: "topic" as const, cluster: saga.cluster, topic }]),
    ],
  };
}
