import { getMe as getMeContract } from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getMe } from "#lib/services/access/get-me.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getMeContract, getMe),
});
