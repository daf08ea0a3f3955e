import { getJob as getJobContract, updateJob as updateJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getJob } from "#lib/services/jobs/get-job.ts";
import { updateJob } from "#lib/services/jobs/update-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getJobContract, getJob),
  PATCH: withRoute(updateJobContract, updateJob, {
    auditInput: ({ body: { recordsPerSecond } }) => ({ recordsPerSecond: String(recordsPerSecond) }),
  }),
});
