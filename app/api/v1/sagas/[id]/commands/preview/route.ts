import { previewSagaCommand as previewSagaCommandContract } from "#lib/contracts/saga-commands.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { previewSagaCommand } from "#lib/services/sagas/preview-saga-command.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(previewSagaCommandContract, previewSagaCommand),
});
