import { listSagas as listSagasContract } from "#lib/contracts/sagas.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listSagas } from "#lib/services/sagas/list-sagas.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: withRoute(listSagasContract, listSagas) });
