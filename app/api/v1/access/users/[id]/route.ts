import { updateUser as updateUserContract } from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { updateUser } from "#lib/services/access/update-user.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  PATCH: withRoute(updateUserContract, updateUser),
});
