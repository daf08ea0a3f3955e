import {
  commandEffects,
  takesInput,
  type CommandEffects,
  type MeantCommand,
} from "#lib/domain/sagas/command-effects.ts";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import type { CommandTarget } from "#lib/services/sagas/command-target.ts";

/** judgeCommand tells what a command would do to a saga as it is now, and why it is not sent. */
export async function judgeCommand(
  ctx: Pick<Ctx, "db" | "now">,
  { saga, place, offered, readOnly }: CommandTarget,
  meant: MeantCommand,
): Promise<CommandEffects> {
  const pending = await ctx.db.sagaCommands.sentTo(place);
  return commandEffects(meant, { saga, offered, readOnly, pending, now: ctx.now() });
}

/** refuseUnoffered throws AppError `saga_command_not_offered` with the first reason that a judgement holds. */
export function refuseUnoffered({ refusals }: CommandEffects): void {
  const [first] = refusals;
  if (first !== undefined) throw new AppError("saga_command_not_offered", first);
}

/** refuseMoved throws AppError `saga_changed` with the difference, where the saga has another version. */
export function refuseMoved({ version, state, step, id }: Saga, expectedVersion: number): void {
  if (version === null || version === expectedVersion) return;
  const stands = step === null ? state : `${state} at the step ${step}`;
  throw new AppError(
    "saga_changed",
    `The saga moved: you saw version ${expectedVersion}, it is at version ${version} now, ${stands}.`,
    { details: { saga: id, expectedVersion, version } },
  );
}

/** refuseInput throws AppError `request_invalid` for an input where none can be taken. */
export function refuseInput(saga: Saga, { command }: MeantCommand, input: unknown): void {
  if (input === null) return;
  if (command === "retry" && takesInput(saga)) return;
  const sentence =
    command === "retry"
      ? "The input can be edited after a refusal alone: what the participant did with the first is not known."
      : "Only a retry takes an input.";
  throw new AppError("request_invalid", sentence, {
    invalidParams: [{ name: "input", in: "body", reason: "is taken by a retry after a refusal alone" }],
  });
}

/** busy says that another command to the saga waits for its answer. */
export const busy = (): AppError =>
  new AppError(
    "saga_command_busy",
    "Another command to this saga was sent, and its answer is not there yet: wait for it, then decide again.",
  );
