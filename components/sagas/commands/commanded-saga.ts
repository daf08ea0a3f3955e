import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSaga } from "#lib/contracts/sagas.ts";

/** CommandedSaga is what the dialogs need to know of a saga: a part of what the API answers. */
export type CommandedSaga = Pick<
  OutputOf<typeof getSaga>,
  "id" | "sagaId" | "type" | "service" | "state" | "step" | "steps" | "commands" | "readOnly"
>;
