import {
  getCause as getCauseContract,
  updateCause as updateCauseContract,
} from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getCause } from "#lib/services/dead-letters/get-cause.ts";
import { updateCause } from "#lib/services/dead-letters/update-cause.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getCauseContract, getCause),
  PATCH: withRoute(updateCauseContract, updateCause),
});
