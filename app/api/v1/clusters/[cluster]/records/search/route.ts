import { searchRecords as searchRecordsContract } from "#lib/contracts/records.ts";
import { methods } from "#lib/http/methods.ts";
import { withStream } from "#lib/http/with-stream.ts";
import { searchRecords } from "#lib/services/records/search-records.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withStream(searchRecordsContract, searchRecords),
});
