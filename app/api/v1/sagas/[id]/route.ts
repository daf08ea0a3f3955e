import { getSaga as getSagaContract } from "#lib/contracts/sagas.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getSaga } from "#lib/services/sagas/get-saga.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({ GET: withRoute(getSagaContract, getSaga) });
