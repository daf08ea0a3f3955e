import {
  listDeadLetterTopics as listDeadLetterTopicsContract,
  setDeadLetterTopic as setDeadLetterTopicContract,
} from "#lib/contracts/dead-letter-topics.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listDeadLetterTopics } from "#lib/services/dead-letters/list-dead-letter-topics.ts";
import { setDeadLetterTopic } from "#lib/services/dead-letters/set-dead-letter-topic.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listDeadLetterTopicsContract, listDeadLetterTopics),
  POST: withRoute(setDeadLetterTopicContract, setDeadLetterTopic, {
    auditTarget: (_, { body: { topic, choice } }) => ({ topic, choice }),
  }),
});
