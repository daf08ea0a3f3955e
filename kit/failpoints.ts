/** The places where a test may stop a service: see test/fault/kit. */
export type FailpointName =
  "before-publish" | "after-publish-before-mark" | "after-work-before-commit" | "in-rebalance";

/** The places where a test may stop an orchestrator, before its transaction commits: see test/fault/kit/saga. */
export type SagaFailpointName = "saga-reply-before-commit" | "saga-timer-before-commit";

/** A hook at each failpoint; a real service leaves it out. */
export interface Failpoints {
  hit(name: FailpointName | SagaFailpointName): void | Promise<void>;
}

/** Failpoints that do nothing. */
export const noFailpoints: Failpoints = { hit: () => undefined };
