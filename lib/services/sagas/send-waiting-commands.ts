import type { WaitingCommand } from "#lib/adapters/db/saga-commands.ts";
import { offeredOf } from "#lib/domain/sagas/command-effects.ts";
import { sagaIdOf, type Saga } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { pause } from "#lib/services/pause.ts";
import { commandTarget, type CommandTarget } from "#lib/services/sagas/command-target.ts";
import { deliverCommand, routeOf } from "#lib/services/sagas/deliver-command.ts";
import { judgeCommand } from "#lib/services/sagas/judge-command.ts";
import { refuseUnserved } from "#lib/services/sagas/produce-command.ts";

/** Commands of one round at most. */
const ROUND = 1_000;
/** Between two commands: a batch of 500 takes half a minute, and no service is flooded. */
const PACE_MS = 50;
/** A source or a cluster that is away is waited for; after this time its sagas are given up, unsent. */
const GIVEN_UP_MS = 15 * 60_000;

/** What sending runs on. */
export interface SendingCtx extends Pick<Ctx, "db" | "kafka" | "sagas" | "now" | "log" | "signal"> {
  /** The pause between two commands; tests shorten it. */
  readonly paceMs?: number | undefined;
}

/** What became of one. `later`: its source or its cluster does not answer now. */
type Turn = "sent" | "not-sent" | "later";

/**
 * sendWaitingCommands gives the commands of batches their turn, the oldest first, and answers how many were decided.
 * Each is read and judged anew: one that moved since it was chosen, is not offered, is busy or past its pivot is not
 * sent, and its row says why. Any number of workers is safe: a row leaves `waiting` once. Throws
 * DatabaseUnreachableError.
 */
export async function sendWaitingCommands(ctx: SendingCtx): Promise<number> {
  const away = new Set<string>();
  let decided = 0;
  for (const each of await ctx.db.sagaCommands.waiting(ROUND)) {
    if (ctx.signal.aborted) break;
    if (away.has(each.source)) continue;
    const turn = await giveTurn(ctx, each);
    if (turn === "later") away.add(each.source);
    else decided += 1;
    if (turn === "sent") await pause(ctx.paceMs ?? PACE_MS, ctx.signal);
  }
  return decided;
}

async function giveTurn(ctx: SendingCtx, waiting: WaitingCommand): Promise<Turn> {
  try {
    return await send(ctx, waiting);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    const passing = PASSING.has(error.code) && ctx.now() < waiting.requestedAt + GIVEN_UP_MS;
    return passing ? "later" : notSent(ctx, waiting, error.message);
  }
}

const PASSING: ReadonlySet<string> = new Set(["cluster_unreachable", "saga_source_unreadable"]);

async function send(ctx: SendingCtx, waiting: WaitingCommand): Promise<Turn> {
  const { source, type, sagaId, command, reason, actor, id } = waiting;
  const target = await commandTarget(ctx, sagaIdOf(source, type, sagaId));
  const why = await refusalOf(ctx, target, waiting);
  if (why !== null) return notSent(ctx, waiting, why);
  await refuseUnserved(ctx, target.cluster);
  const { saga } = target;
  const step = waiting.step ?? offeredOf(waiting, target.offered)?.step ?? null;
  const route = routeOf(saga, ctx.now());
  const begun = await ctx.db.sagaCommands.begin(id, { ...route, step });
  if (begun === "decided") return "not-sent";
  if (begun === "busy") return notSent(ctx, waiting, "Another command to it was sent at the same moment.");
  await deliverCommand(ctx, { saga, given: { id, command, step, input: null, reason, actor }, route });
  return "sent";
}

async function refusalOf(
  ctx: SendingCtx,
  target: CommandTarget,
  waiting: WaitingCommand,
): Promise<string | null> {
  if (waiting.seenAt !== null && target.saga.updatedAt !== waiting.seenAt) return movedSentence(target.saga);
  const { refusals, typed } = await judgeCommand(ctx, target, waiting);
  const [first] = refusals;
  if (first !== undefined) return first;
  return typed === null
    ? null
    : "It is past its pivot: give the command by itself, with the saga's id typed.";
}

const movedSentence = ({ state, step }: Saga): string =>
  `It moved since it was chosen: it is ${state}${step === null ? "" : ` at the step ${step}`} now.`;

async function notSent(ctx: SendingCtx, { id, batchId }: WaitingCommand, answer: string): Promise<Turn> {
  await ctx.db.sagaCommands.settle(id, "waiting", { state: "failed", answer, at: ctx.now() });
  await ctx.db.hints.notify([{ feature: "sagas", cluster: null, id: batchId }]);
  return "not-sent";
}
