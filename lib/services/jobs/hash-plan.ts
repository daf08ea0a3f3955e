import { createHash } from "node:crypto";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";

/** hashPlan is the sha256, hex, of what a job would do: its request, its plan, and the digest of its rows. */
export function hashPlan(job: { spec: JobSpec; plan: JobPlan; rows: string }): string {
  return createHash("sha256").update(canonical(job)).digest("hex");
}

/** A text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${pairs.join()}}`;
}
