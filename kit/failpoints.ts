/** The places where a test may stop a service: see test/fault/kit. */
export type FailpointName =
  "before-publish" | "after-publish-before-mark" | "after-work-before-commit" | "in-rebalance";

/** A hook at each failpoint; a real service leaves it out. */
export interface Failpoints {
  hit(name: FailpointName): void | Promise<void>;
}

/** Failpoints that do nothing. */
export const noFailpoints: Failpoints = { hit: () => undefined };
