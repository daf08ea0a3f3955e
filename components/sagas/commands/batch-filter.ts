import type { InputOf } from "#lib/contracts/endpoint.ts";
import type { sendSagaCommands } from "#lib/contracts/saga-commands.ts";

/** BatchFilter chooses the sagas of a batch, as the list of sagas is filtered. */
export type BatchFilter = InputOf<typeof sendSagaCommands>["body"]["filter"];
