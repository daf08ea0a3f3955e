import { getGroupHeat as getGroupHeatContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getGroupHeat } from "#lib/services/groups/get-group-heat.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getGroupHeatContract, getGroupHeat),
});
