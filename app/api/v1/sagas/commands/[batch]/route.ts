import { getSagaCommands as getSagaCommandsContract } from "#lib/contracts/saga-commands.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { getSagaCommands } from "#lib/services/sagas/get-saga-commands.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(getSagaCommandsContract, getSagaCommands),
});
