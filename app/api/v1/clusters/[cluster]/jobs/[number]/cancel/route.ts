import { cancelJob as cancelJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(cancelJobContract, cancelJob, {
    auditInput: ({ body: { reason } }) => ({ reason }),
  }),
});
