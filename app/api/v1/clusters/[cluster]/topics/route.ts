import { listTopics as listTopicsContract } from "#lib/contracts/topics.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listTopics } from "#lib/services/topics/list-topics.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listTopicsContract, listTopics),
});
