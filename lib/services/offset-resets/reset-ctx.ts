import type { Ctx } from "#lib/services/ctx.ts";

/** ResetCtx is what an offset reset is planned and applied on: by a person's request, or by the worker of a job. */
export type ResetCtx = Pick<Ctx, "actor" | "db" | "kafka" | "log" | "newId" | "now" | "signal">;
