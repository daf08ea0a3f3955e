import { metricsRoute } from "#lib/http/metrics-route.ts";
import { methods } from "#lib/http/methods.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: metricsRoute });
