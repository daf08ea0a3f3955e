import { revokeToken as revokeTokenContract } from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { revokeToken } from "#lib/services/access/revoke-token.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  DELETE: withRoute(revokeTokenContract, revokeToken),
});
