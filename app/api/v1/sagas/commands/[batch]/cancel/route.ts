import { cancelSagaCommands as cancelSagaCommandsContract } from "#lib/contracts/saga-commands.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { cancelSagaCommands } from "#lib/services/sagas/cancel-saga-commands.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(cancelSagaCommandsContract, cancelSagaCommands, {
    auditInput: ({ body: { reason } }) => ({ reason }),
  }),
});
