import { getTopic as getTopicContract } from "#lib/contracts/topics.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getTopic } from "#lib/services/topics/get-topic.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getTopicContract, getTopic),
});
