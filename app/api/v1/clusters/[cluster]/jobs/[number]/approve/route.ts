import { approveJob as approveJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { approveJob } from "#lib/services/jobs/approve-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(approveJobContract, approveJob, {
    auditInput: ({ body: { reason } }) => ({ reason }),
  }),
});
