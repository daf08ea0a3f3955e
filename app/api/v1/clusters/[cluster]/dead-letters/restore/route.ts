import { restoreDeadLetters as restoreDeadLettersContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { restoreDeadLetters } from "#lib/services/dead-letters/restore-dead-letters.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(restoreDeadLettersContract, restoreDeadLetters, {
    auditTarget: ({ changed }, { body: { selection, reason } }) => ({
      ...{ changed: String(changed), reason, by: selection.kind },
    }),
  }),
});
