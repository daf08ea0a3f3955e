import { getDeadLetterRecord as getDeadLetterRecordContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getDeadLetterRecord } from "#lib/services/dead-letters/get-dead-letter-record.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getDeadLetterRecordContract, getDeadLetterRecord),
});
