import { signOut as signOutContract } from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { signOut } from "#lib/services/access/sign-out.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(signOutContract, signOut),
});
