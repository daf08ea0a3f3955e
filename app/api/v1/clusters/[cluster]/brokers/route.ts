import { listBrokers as listBrokersContract } from "#lib/contracts/brokers.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listBrokers } from "#lib/services/brokers/list-brokers.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listBrokersContract, listBrokers),
});
