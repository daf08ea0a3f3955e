import { sendSagaCommands as sendSagaCommandsContract } from "#lib/contracts/saga-commands.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { sendSagaCommands } from "#lib/services/sagas/send-saga-commands.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(sendSagaCommandsContract, sendSagaCommands, {
    auditInput: ({ body: { command, step, reason, filter, expectedCount } }) => {
      // A text is looked for in the data of sagas: what people type there may be of a customer.
      const { text, ...named } = filter;
      return {
        command,
        ...(step === null ? {} : { step }),
        reason,
        filter: JSON.stringify({ ...named, ...(text === undefined ? {} : { text: "(a text)" }) }),
        count: String(expectedCount),
      };
    },
    auditTarget: ({ id }) => ({ batch: id }),
  }),
});
