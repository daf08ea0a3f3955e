import { getSameKeyOrder as getSameKeyOrderContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getSameKeyOrder } from "#lib/services/dead-letters/get-same-key-order.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getSameKeyOrderContract, getSameKeyOrder),
});
