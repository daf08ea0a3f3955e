import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { hashOf } from "#lib/services/hash-of.ts";

/** hashPlan is the sha256, hex, of what a job would do: its request, its plan, and the digest of its rows. */
export function hashPlan(job: { spec: JobSpec; plan: JobPlan; rows: string }): string {
  return hashOf(job);
}
