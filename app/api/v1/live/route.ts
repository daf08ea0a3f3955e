import { liveRoute } from "#lib/http/live-route.ts";
import { methods } from "#lib/http/methods.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: liveRoute });
