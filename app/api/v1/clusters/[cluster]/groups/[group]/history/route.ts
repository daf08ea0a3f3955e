import { getGroupHistory as getGroupHistoryContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getGroupHistory } from "#lib/services/groups/get-group-history.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getGroupHistoryContract, getGroupHistory),
});
