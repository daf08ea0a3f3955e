import { listJobRecords as listJobRecordsContract } from "#lib/contracts/jobs.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listJobRecords } from "#lib/services/jobs/list-job-records.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listJobRecordsContract, listJobRecords),
});
