import {
  listOffsetResets as listOffsetResetsContract,
  planOffsetReset as planOffsetResetContract,
} from "#lib/contracts/offset-resets.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listOffsetResets } from "#lib/services/offset-resets/list-offset-resets.ts";
import { planOffsetReset } from "#lib/services/offset-resets/plan-offset-reset.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listOffsetResetsContract, listOffsetResets),
  POST: withRoute(planOffsetResetContract, planOffsetReset, {
    auditTarget: ({ id, target }) => ({ id, to: target.kind }),
  }),
});
