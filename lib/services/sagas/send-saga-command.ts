import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { sendSagaCommand as contract } from "#lib/contracts/saga-commands.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import { offeredOf } from "#lib/domain/sagas/command-effects.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";
import { commandTarget, type CommandTarget } from "#lib/services/sagas/command-target.ts";
import { deliverCommand, routeOf } from "#lib/services/sagas/deliver-command.ts";
import {
  busy,
  judgeCommand,
  refuseInput,
  refuseMoved,
  refuseUnoffered,
} from "#lib/services/sagas/judge-command.ts";
import { refuseUnserved } from "#lib/services/sagas/produce-command.ts";

type Body = InputOf<typeof contract>["body"];

/**
 * sendSagaCommand asks the service that owns a saga to move it, and answers the command's row: what became of it is told
 * by the service, later. The saga is read anew first. Throws `saga_unknown`, `saga_changed` with the difference where it
 * moved, `saga_command_not_offered`, `saga_command_busy` while another command to it waits for its answer,
 * `saga_confirmation_wrong` past the pivot, `request_invalid` for an input that is not taken, `saga_command_unserved`,
 * `cluster_read_only`, `cluster_unreachable`, and `produce_refused`: all of them mean that nothing was sent.
 */
export async function sendSagaCommand(
  ctx: Ctx,
  { params, body }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const target = await commandTarget(ctx, params.id);
  const { saga, place, cluster } = target;
  refuseReadOnly(clusterOf(ctx, cluster));
  await refuse(ctx, target, body);
  await refuseUnserved(ctx, cluster);
  const { command, reason, input = null } = body;
  const step = body.step ?? offeredOf(body, target.offered)?.step ?? null;
  const { actorLabel: actor } = auditActor(ctx.actor);
  const given = { id: ctx.newId(), command, step, input, reason, actor };
  const route = routeOf(saga, ctx.now());
  const { id } = given;
  if (!(await ctx.db.sagaCommands.add({ ...place, ...route, id, command, step, reason, actor })))
    throw busy();
  const written = await deliverCommand(ctx, { saga, given, route });
  if (written.state === "not-written")
    throw new AppError("produce_refused", written.reason ?? "The brokers did not take the command.", {
      details: { command: id },
    });
  const row = await ctx.db.sagaCommands.get(id);
  if (row === null) throw new Error(`The command ${id} has no row.`);
  return row;
}

async function refuse(ctx: Ctx, target: CommandTarget, body: Body): Promise<void> {
  const { saga, place, readOnly } = target;
  if (readOnly === null) {
    if ((await ctx.db.sagaCommands.sentTo(place)) !== null) throw busy();
    refuseMoved(saga, body.expectedVersion);
  }
  const judged = await judgeCommand(ctx, target, body);
  refuseUnoffered(judged);
  refuseInput(saga, body, body.input ?? null);
  if (judged.typed !== null && body.typed?.trim() !== judged.typed)
    throw new AppError(
      "saga_confirmation_wrong",
      "The saga is past its pivot: its id has to be typed before anything is sent.",
      { details: { saga: saga.id } },
    );
}
