import { getOffsetReset as getOffsetResetContract } from "#lib/contracts/offset-resets.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getOffsetReset } from "#lib/services/offset-resets/get-offset-reset.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getOffsetResetContract, getOffsetReset),
});
