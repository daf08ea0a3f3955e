import { startJob as startJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(startJobContract, startJob, {
    auditInput: ({ body: { reason } }) => ({ reason }),
  }),
});
