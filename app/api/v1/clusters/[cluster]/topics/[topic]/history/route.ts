import { getTopicHistory as getTopicHistoryContract } from "#lib/contracts/topics.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getTopicHistory } from "#lib/services/topics/get-topic-history.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getTopicHistoryContract, getTopicHistory),
});
