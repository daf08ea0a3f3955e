import { listGroupEvents as listGroupEventsContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listGroupEvents } from "#lib/services/groups/list-group-events.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listGroupEventsContract, listGroupEvents),
});
