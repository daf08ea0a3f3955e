import type { CommandRoute } from "#lib/adapters/db/saga-commands.ts";
import type { CommandMessage } from "#lib/domain/sagas/command-message.ts";
import { COMMAND_EXPIRY_MS } from "#lib/domain/sagas/saga-command.ts";
import { sagaIdOf, type Saga, type SagaCommand } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { produceCommand, type Written } from "#lib/services/sagas/produce-command.ts";

/** A command as somebody gave it; its row has the same id. */
interface GivenCommand {
  readonly id: string;
  readonly command: SagaCommand;
  readonly step: string | null;
  /** null keeps the input that the step has. */
  readonly input: unknown;
  readonly reason: string;
  readonly actor: string;
}

/** A command on its way, with the saga that it was decided on. */
export interface Delivery {
  readonly saga: Saga;
  readonly given: GivenCommand;
  readonly route: CommandRoute;
}

/** routeOf tells where a command goes and how long it holds. Throws `saga_command_not_offered` without an owner. */
export function routeOf({ service, cluster }: Saga, now: number): CommandRoute {
  if (service === null || cluster === null)
    throw new AppError("saga_command_not_offered", "Its source does not tell which service owns the saga.");
  return { cluster, service, issuedAt: now, expiresAt: now + COMMAND_EXPIRY_MS };
}

/**
 * deliverCommand produces a command whose row says `sent`, and corrects the row: `failed` where it is sure that nothing
 * was written. Where the brokers did not confirm it the row stays `sent` and says so: the service may have it, and
 * without its answer the outcome is unknown.
 */
export async function deliverCommand(
  ctx: Pick<Ctx, "db" | "kafka" | "sagas" | "now" | "log">,
  { saga, given, route }: Delivery,
): Promise<Written> {
  const { id } = given;
  const written = await produceCommand(ctx, route.cluster, messageOf({ saga, given, route }));
  const why = written.reason ?? "";
  if (written.state === "not-written")
    await ctx.db.sagaCommands.settle(id, "sent", { state: "failed", answer: why, at: ctx.now() });
  if (written.state === "unsure")
    await ctx.db.sagaCommands.note(id, `The brokers did not confirm that they have it. ${why}`);
  await ctx.db.hints.notify([
    { feature: "sagas", cluster: route.cluster, id: sagaIdOf(saga.source, saga.type, saga.sagaId) },
  ]);
  const { cluster, service } = route;
  const told = { cluster, service, saga: saga.id, command: given.command, id, written: written.state };
  ctx.log.info(told, "a command to a saga was given");
  return written;
}

function messageOf({ saga, given, route }: Delivery): CommandMessage {
  if (saga.version === null)
    throw new AppError("saga_command_not_offered", "Its source does not tell the version of the saga.");
  const { id, command, step, input, reason, actor } = given;
  return {
    ...{ commandId: id, service: route.service, sagaId: saga.sagaId, type: saga.type },
    ...{ expectedVersion: saga.version, command, step, input, reason, actor },
    issuedAt: new Date(route.issuedAt).toISOString(),
    expiresAt: new Date(route.expiresAt).toISOString(),
  };
}
