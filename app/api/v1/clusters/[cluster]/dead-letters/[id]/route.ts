import { getDeadLetter as getDeadLetterContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getDeadLetter } from "#lib/services/dead-letters/get-dead-letter.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getDeadLetterContract, getDeadLetter),
});
