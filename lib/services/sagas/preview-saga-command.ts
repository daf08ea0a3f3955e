import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { previewSagaCommand as contract } from "#lib/contracts/saga-commands.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { commandTarget } from "#lib/services/sagas/command-target.ts";
import { judgeCommand } from "#lib/services/sagas/judge-command.ts";
import { stuckReasons } from "#lib/services/sagas/refine-stuck.ts";

/**
 * previewSagaCommand tells what a command would do to a saga as it is now, or why it would be refused. Nothing is sent.
 * Throws `saga_unknown`, and what reading its source throws.
 */
export async function previewSagaCommand(
  ctx: Ctx,
  { params, query }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const target = await commandTarget(ctx, params.id);
  const stuck = (await stuckReasons(ctx, [target.saga])).get(target.saga.id) ?? target.saga.stuck;
  const seen = { ...target, saga: { ...target.saga, stuck } };
  const judged = await judgeCommand(ctx, seen, { command: query.command, step: query.step ?? null });
  const { effects, refusals, warnings, typed, version } = judged;
  return { effects: [...effects], refusals: [...refusals], warnings: [...warnings], typed, version };
}
