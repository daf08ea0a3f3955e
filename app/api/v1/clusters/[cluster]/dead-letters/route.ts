import { listDeadLetters as listDeadLettersContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listDeadLetters } from "#lib/services/dead-letters/list-dead-letters.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listDeadLettersContract, listDeadLetters),
});
