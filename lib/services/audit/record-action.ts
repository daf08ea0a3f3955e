import { auditActor, type AuditState, type AuditTarget } from "#lib/domain/audit/audit-entry.ts";
import type { ErrorCode } from "#lib/contracts/error-codes.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** An audited action that has begun. */
export interface StartedAction {
  /** Writes how it ended, once. `target` adds what only the effect could tell: the id of what was made. */
  end(
    state: Exclude<AuditState, "started">,
    errorCode: ErrorCode | null,
    target?: AuditTarget,
  ): Promise<void>;
}

/** startAction writes that the actor begins `action`, before its effect: without this row there is no effect. */
export async function startAction(ctx: Ctx, action: string, target: AuditTarget): Promise<StartedAction> {
  const id = ctx.newId();
  await ctx.db.audit.add({
    id,
    at: ctx.now(),
    requestId: ctx.requestId,
    ...auditActor(ctx.actor),
    action,
    target,
    state: "started",
    errorCode: null,
    completedAt: null,
  });
  return {
    end: (state, errorCode, more = {}) =>
      ctx.db.audit.complete(id, { state, errorCode, target: { ...target, ...more }, completedAt: ctx.now() }),
  };
}
