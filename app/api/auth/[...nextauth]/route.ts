import { authRoute } from "#lib/http/auth-route.ts";
import { methods } from "#lib/http/methods.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: authRoute, POST: authRoute });
