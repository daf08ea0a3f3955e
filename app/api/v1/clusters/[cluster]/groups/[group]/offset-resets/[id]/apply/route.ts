import { applyOffsetReset as applyOffsetResetContract } from "#lib/contracts/offset-resets.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { applyOffsetReset } from "#lib/services/offset-resets/apply-offset-reset.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(applyOffsetResetContract, applyOffsetReset, {
    auditTarget: ({ hash, target, reason }) => ({ hash, to: target.kind, reason: reason ?? "" }),
  }),
});
