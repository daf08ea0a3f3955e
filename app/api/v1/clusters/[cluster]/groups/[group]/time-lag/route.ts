import { getExactTimeLag as getExactTimeLagContract } from "#lib/contracts/groups.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getExactTimeLag } from "#lib/services/groups/get-exact-time-lag.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getExactTimeLagContract, getExactTimeLag),
});
