import { previewJob as previewJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { previewJob } from "#lib/services/jobs/preview-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(previewJobContract, previewJob),
});
