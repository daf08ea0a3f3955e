import type { Actor } from "#lib/domain/access/user.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** Person is an actor that is somebody: a signed-in user or their token. */
export type Person = Extract<Actor, { userId: string }>;

/** personOf is the person who acts. Throws AppError `session_missing` when nobody or the worker does. */
export function personOf(ctx: Ctx): Person {
  const { actor } = ctx;
  if (actor.kind === "user" || actor.kind === "token") return actor;
  throw new AppError("session_missing", "Sign in first.");
}
