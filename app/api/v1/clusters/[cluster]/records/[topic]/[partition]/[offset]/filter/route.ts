import { tryFilter as tryFilterContract } from "#lib/contracts/records.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { tryFilter } from "#lib/services/records/try-filter.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ POST: withRoute(tryFilterContract, tryFilter) });
