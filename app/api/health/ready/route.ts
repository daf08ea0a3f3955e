import { readyRoute } from "#lib/http/health-routes.ts";
import { methods } from "#lib/http/methods.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: readyRoute });
