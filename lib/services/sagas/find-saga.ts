import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { placeOf } from "#lib/services/sagas/saga-place.ts";
import { askSource, sagaSources } from "#lib/services/sagas/sources.ts";

/**
 * findSaga reads one saga, by the console's id, from the source that keeps it. Throws AppError `saga_unknown`,
 * `saga_source_unreadable`.
 */
export async function findSaga(
  ctx: Pick<Ctx, "db" | "now" | "sagas" | "signal">,
  id: string,
): Promise<{ source: SagaSource; saga: Saga }> {
  const { source: sourceId, type, sagaId } = placeOf(id);
  // No database takes such a text, so none has it.
  if (`${type}${sagaId}`.includes("\0")) throw new AppError("saga_unknown", "No saga has this id.");
  const [source] = sagaSources(ctx, sourceId);
  if (source === undefined)
    throw new AppError("saga_unknown", "The configuration names no such source of sagas.");
  const saga = await askSource(() => source.get(type, sagaId, ctx.signal));
  if (saga === null) throw new AppError("saga_unknown", `The source ${sourceId} has no such saga.`);
  return { source, saga };
}
