import { getDeadLetterHistory as getDeadLetterHistoryContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getDeadLetterHistory } from "#lib/services/dead-letters/get-dead-letter-history.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getDeadLetterHistoryContract, getDeadLetterHistory),
});
