import { exportJob as exportJobContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withStream } from "#lib/http/with-stream.ts";
import { exportJob } from "#lib/services/jobs/export-job.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withStream(exportJobContract, exportJob),
});
