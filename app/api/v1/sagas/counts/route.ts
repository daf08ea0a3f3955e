import { getSagaCounts as getSagaCountsContract } from "#lib/contracts/sagas.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getSagaCounts } from "#lib/services/sagas/get-saga-counts.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getSagaCountsContract, getSagaCounts),
});
