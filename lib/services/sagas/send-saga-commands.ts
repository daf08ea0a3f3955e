import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { sendSagaCommands as contract } from "#lib/contracts/saga-commands.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { showBatch } from "#lib/services/sagas/get-saga-commands.ts";
import { listSagas } from "#lib/services/sagas/list-sagas.ts";
import { noKey } from "#lib/services/sagas/produce-command.ts";
import { sagaSources } from "#lib/services/sagas/sources.ts";

/** Sagas of one batch at most. */
const MOST = 500;

/**
 * sendSagaCommands freezes the sagas that a filter matches now and has the worker give each the command, at a modest
 * pace: each is read and judged anew when its turn comes, and what moved since, or is not offered, is not sent, with the
 * reason. Throws `selection_changed` where others match than the requester was shown, more than 500, or a source cannot
 * be read; `saga_command_not_offered` without a key to sign with.
 */
export async function sendSagaCommands(
  ctx: Ctx,
  { body }: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  if (ctx.sagas.commandKey === null) throw noKey();
  const { command, step, reason, filter } = body;
  const matched = await matchesOf(ctx, filter);
  if (matched.length !== body.expectedCount)
    throw changed(`${matched.length} sagas match now, not ${body.expectedCount}.`);
  const id = ctx.newId();
  const sagas = matched.map(({ source, type, sagaId, updatedAt }) => ({
    ...{ commandId: ctx.newId(), source, type, sagaId, seenAt: updatedAt },
  }));
  const { actorLabel: actor } = auditActor(ctx.actor);
  await ctx.db.transaction(async (tx) => {
    await tx.sagaCommands.addBatch({
      id,
      command,
      step,
      filter,
      reason,
      actor,
      requestedAt: ctx.now(),
      sagas,
    });
    await tx.hints.notify([{ feature: "sagas", cluster: null, id }]);
  });
  ctx.log.info({ batch: id, command, sagas: sagas.length }, "a batch of saga commands was asked for");
  return showBatch(ctx, id);
}

type Filter = InputOf<typeof contract>["body"]["filter"];

/** What a filter matches now, of sources that can all be read. A page may be short of its limit and not the last. */
async function matchesOf(ctx: Ctx, filter: Filter): Promise<readonly SagaRow[]> {
  const found: SagaRow[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, limit: MOST, ...(cursor === undefined ? {} : { cursor }) };
    const page = await listSagas(ctx, { params: {}, query, body: undefined });
    refuseFailures(ctx, filter, page.failures);
    found.push(...page.items);
    if (found.length > MOST) throw changed(`More than ${MOST} sagas match: narrow the filter.`);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** A source that cannot be read may hold matches; evidence that cannot be read matters where the filter asks for it. */
function refuseFailures(
  ctx: Ctx,
  filter: Filter,
  failures: readonly { subject: string; reason: string }[],
): void {
  const sources = new Set([filter.source, ...sagaSources(ctx).map(({ facts }) => facts.id)]);
  const failure = failures.find(({ subject }) => filter.stuck !== undefined || sources.has(subject));
  if (failure !== undefined)
    throw changed(`Which sagas match is not known: ${failure.subject}: ${failure.reason}`);
}

const changed = (sentence: string): AppError => new AppError("selection_changed", sentence);
