import { getGroup as getGroupContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getGroupContract, getGroup),
});
