import { listSagaDefinitions as listSagaDefinitionsContract } from "#lib/contracts/sagas.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listSagaDefinitions } from "#lib/services/sagas/list-saga-definitions.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listSagaDefinitionsContract, listSagaDefinitions),
});
