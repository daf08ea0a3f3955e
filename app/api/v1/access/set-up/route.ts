import {
  getSetUp as getSetUpContract,
  setUpFirstAdmin as setUpFirstAdminContract,
} from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getSetUp } from "#lib/services/access/get-set-up.ts";
import { refuseWhenDone, setUpFirstAdmin } from "#lib/services/access/set-up-first-admin.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getSetUpContract, getSetUp),
  POST: withRoute(setUpFirstAdminContract, setUpFirstAdmin, {
    admit: refuseWhenDone,
    auditTarget: ({ id }) => ({ id }),
  }),
});
