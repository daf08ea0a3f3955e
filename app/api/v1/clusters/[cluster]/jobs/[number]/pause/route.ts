import { pauseJob as pauseJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { pauseJob } from "#lib/services/jobs/pause-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(pauseJobContract, pauseJob, {
    auditInput: ({ body: { reason } }) => ({ reason: reason ?? "none given" }),
  }),
});
