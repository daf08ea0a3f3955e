import type { SagaPlace } from "#lib/adapters/db/saga-commands.ts";
import { partsOfSagaId } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";

/** placeOf takes the console's id of a saga apart. Throws AppError `saga_unknown` for what is no such id. */
export function placeOf(id: string): SagaPlace {
  const parts = partsOfSagaId(id);
  if (parts === null || id.includes("\0"))
    throw new AppError("saga_unknown", "No saga has this id: it is <source>~<type>~<saga id>.");
  return parts;
}
