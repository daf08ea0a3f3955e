import type { Tx } from "#lib/adapters/db/db.ts";
import type { ChangedCommand, ResultPosition } from "#lib/adapters/db/saga-command-results.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { PartitionPlan, ScannedBatch } from "#lib/adapters/kafka/scan/types.ts";
import { readResult, type CommandResult } from "#lib/domain/sagas/command-message.ts";
import { COMMAND_RESULT_TOPIC } from "#lib/domain/sagas/saga-command.ts";
import type { Ctx } from "#lib/services/ctx.ts";

const READ_LIMIT_MS = 15_000;
const PATIENCE_MS = 3_000;

/** What reading answers runs on. */
export interface ResultsCtx extends Pick<Ctx, "db" | "log"> {
  readonly cluster: string;
  readonly kafka: Pick<KafkaCluster, "reader">;
  /** Runs work in a transaction of which the guard of a lease is the first statement. */
  readonly guarded: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/**
 * readCommandResults reads what services answered since the stored positions, without a group, and takes it into the
 * rows of commands; answers and positions are written together, so that none is lost. A topic that is not
 * there has no answers. Answers how many rows changed. Throws KafkaError, LeaseLostError, DatabaseUnreachableError.
 *
 * Answers are not signed. Whoever may write to {@link COMMAND_RESULT_TOPIC} and knows a command's id, which stands in
 * the topic of commands alone, can have the console show a wrong outcome; they can move no saga, and the page of the saga
 * shows what its own tables say. The topic's ACL is what keeps others out. An answer for an id that the console never
 * gave, or from another service, type or saga than the command's, is passed over.
 */
export async function readCommandResults(ctx: ResultsCtx, signal: AbortSignal): Promise<number> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(READ_LIMIT_MS)]);
  const { partitions } = await ctx.kafka.reader.offsets([COMMAND_RESULT_TOPIC], limit);
  if (partitions.length === 0) return 0;
  const kept = new Map(
    (await ctx.db.sagaCommandResults.positions(ctx.cluster)).map((each) => [keyOf(each), each.nextOffset]),
  );
  const plan = partitions.flatMap(({ topic, topicId, partition, logStart, logEnd }): PartitionPlan[] => {
    const next = kept.get(keyOf({ topicId, partition })) ?? 0n;
    // Taking an answer twice changes nothing: a log that was cut off is read from its start.
    const fromOffset = next < logStart || next > logEnd ? logStart : next;
    return fromOffset < logEnd ? [{ topic, topicId, partition, fromOffset, toOffset: logEnd }] : [];
  });
  if (plan.length === 0) return 0;
  let changed = 0;
  const ended = await ctx.kafka.reader.read(plan, {
    signal,
    patienceMs: PATIENCE_MS,
    onBatch: async (batch) => {
      changed += await takeBatch(ctx, batch);
      return undefined;
    },
    onFailure: ({ kind, reason }) =>
      ctx.log.debug({ kind, reason }, "answers to saga commands cannot be read"),
  });
  const moved = ended.filter(({ nextOffset, fromOffset }) => nextOffset > fromOffset);
  await ctx.guarded((tx) => tx.sagaCommandResults.keepPositions(ctx.cluster, moved.map(positionOf)));
  return changed;
}

/** Takes the answers of one batch with the position behind it. */
async function takeBatch(ctx: ResultsCtx, batch: ScannedBatch): Promise<number> {
  const results = [...batch.records]
    .map(({ value }) => readResult(value))
    .filter((result): result is CommandResult => result !== null);
  const changed = await ctx.guarded(async (tx) => {
    const taken = await tx.sagaCommandResults.take(ctx.cluster, results);
    await tx.sagaCommandResults.keepPositions(ctx.cluster, [positionOf(batch)]);
    await tellChanged(tx, taken);
    return taken.length;
  });
  const passedOver = batch.recordCount - changed;
  if (passedOver > 0)
    ctx.log.debug({ cluster: ctx.cluster, passedOver }, "answers that belong to no open command");
  return changed;
}

/** tellChanged hints that commands have another state. */
export async function tellChanged(tx: Pick<Tx, "hints">, changed: readonly ChangedCommand[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.hints.notify(changed.map(({ saga, cluster }) => ({ feature: "sagas", cluster, id: saga })));
}

const keyOf = ({ topicId, partition }: Pick<ResultPosition, "topicId" | "partition">): string =>
  `${topicId} ${partition}`;

const positionOf = ({ topicId, partition, nextOffset }: ResultPosition): ResultPosition => ({
  topicId,
  partition,
  nextOffset,
});
