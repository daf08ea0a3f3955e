import { discardDeadLetters as discardDeadLettersContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { discardDeadLetters } from "#lib/services/dead-letters/discard-dead-letters.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(discardDeadLettersContract, discardDeadLetters, {
    auditTarget: ({ changed }, { body: { selection, reason } }) => ({
      ...{ changed: String(changed), reason, by: selection.kind },
    }),
  }),
});
