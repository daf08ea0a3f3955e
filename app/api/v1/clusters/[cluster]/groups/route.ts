import { listGroups as listGroupsContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listGroups } from "#lib/services/groups/list-groups.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listGroupsContract, listGroups),
});
