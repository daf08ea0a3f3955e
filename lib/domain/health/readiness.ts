/** States of a part: `stopped` gave signs of life once and gives none now, `unknown` could not be asked. */
export const COMPONENT_STATES = ["ok", "unreachable", "stopped", "schema_behind", "unknown"] as const;
export type ComponentState = (typeof COMPONENT_STATES)[number];

/** Readiness is the state of each part that the console needs. */
export interface Readiness {
  database: ComponentState;
  /** `schema_behind` when the database lacks a migration of this build. */
  schema: ComponentState;
  /** `ok` while any worker holds a living lease. */
  worker: ComponentState;
  /** `ok` while the cluster answers and its samples are fresh. */
  clusters: { id: string; state: ComponentState }[];
}

/** READINESS_PARTS are the parts by name, as a caller picks them. */
export const READINESS_PARTS = [
  "database",
  "schema",
  "worker",
  "clusters",
] as const satisfies (keyof Readiness)[];
export type ReadinessPart = (typeof READINESS_PARTS)[number];

/** isReady says whether all of `parts` work. */
export function isReady(readiness: Readiness, parts: readonly ReadinessPart[]): boolean {
  return parts.every((part) =>
    part === "clusters" ? readiness.clusters.every(({ state }) => state === "ok") : readiness[part] === "ok",
  );
}
