import { resumeJob as resumeJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(resumeJobContract, resumeJob, {
    auditInput: ({ body: { reason } }) => ({ reason: reason ?? "none given" }),
  }),
});
