import { undoOffsetReset as undoOffsetResetContract } from "#lib/contracts/offset-resets.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { undoOffsetReset } from "#lib/services/offset-resets/undo-offset-reset.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(undoOffsetResetContract, undoOffsetReset, {
    auditTarget: ({ id, hash, reason }) => ({ undo: id, hash, reason: reason ?? "" }),
  }),
});
