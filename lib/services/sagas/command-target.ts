import type { SagaPlace } from "#lib/adapters/db/saga-commands.ts";
import { offeredCommands } from "#lib/domain/sagas/offered-commands.ts";
import type { OfferedCommand, Saga } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { findSaga } from "#lib/services/sagas/find-saga.ts";

/** A saga as it is now, with what may be asked of its service. */
export interface CommandTarget {
  readonly place: SagaPlace;
  readonly saga: Saga;
  /** The cluster of its source's messages. */
  readonly cluster: string;
  readonly offered: readonly OfferedCommand[];
  /** Why nothing can be asked; null where something can. */
  readonly readOnly: string | null;
}

/**
 * commandTarget reads a saga by the console's id, from its source, now. Throws `saga_unknown`,
 * `saga_source_unreadable`.
 */
export async function commandTarget(
  ctx: Pick<Ctx, "db" | "now" | "sagas" | "signal">,
  id: string,
): Promise<CommandTarget> {
  const { source, saga } = await findSaga(ctx, id);
  const { readOnly, cluster } = source.facts;
  const place = { source: source.facts.id, type: saga.type, sagaId: saga.sagaId };
  return { place, saga, cluster, readOnly, offered: offeredCommands(saga, readOnly) };
}
