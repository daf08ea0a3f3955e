import {
  listSagaCommands as listSagaCommandsContract,
  sendSagaCommand as sendSagaCommandContract,
} from "#lib/contracts/saga-commands.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listSagaCommands } from "#lib/services/sagas/list-saga-commands.ts";
import { sendSagaCommand } from "#lib/services/sagas/send-saga-command.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listSagaCommandsContract, listSagaCommands),
  POST: withRoute(sendSagaCommandContract, sendSagaCommand, {
    auditInput: ({ body: { command, step, reason } }) => ({
      command,
      ...(step === null ? {} : { step }),
      reason,
    }),
    auditTarget: ({ id, step }) => ({ commandId: id, ...(step === null ? {} : { step }) }),
  }),
});
