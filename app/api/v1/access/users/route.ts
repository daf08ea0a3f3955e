import { createUser as createUserContract, listUsers as listUsersContract } from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { createUser } from "#lib/services/access/create-user.ts";
import { listUsers } from "#lib/services/access/list-users.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listUsersContract, listUsers),
  POST: withRoute(createUserContract, createUser, { auditTarget: ({ id }) => ({ id }) }),
});
