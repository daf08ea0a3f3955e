import { listJobs as listJobsContract, planJob as planJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listJobs } from "#lib/services/jobs/list-jobs.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listJobsContract, listJobs),
  POST: withRoute(planJobContract, planJob, {
    auditInput: ({ body: { kind, name, source, target } }) => ({
      kind,
      name,
      of: source.kind,
      to: target.kind,
    }),
    auditTarget: ({ number }) => ({ job: String(number) }),
  }),
});
