import { getRecord as getRecordContract } from "#lib/contracts/records.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getRecord } from "#lib/services/records/get-record.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: withRoute(getRecordContract, getRecord) });
