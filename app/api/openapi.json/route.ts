import { openapiRoute } from "#lib/http/openapi-route.ts";
import { methods } from "#lib/http/methods.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: openapiRoute });
