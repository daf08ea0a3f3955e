import { listCauses as listCausesContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listCauses } from "#lib/services/dead-letters/list-causes.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listCausesContract, listCauses),
});
