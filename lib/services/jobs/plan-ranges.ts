import type { ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import type { FrozenRange, JobSource, RangeEdge } from "#lib/domain/jobs/job-source.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

type RangeSource = Extract<JobSource, { kind: "ranges" }>;

/**
 * freezeRanges makes offsets of the ranges that a job asks for: each ends at the last stable offset at the latest, so
 * that what is written later, or not committed, is in no plan. Empty ones are left out. Throws AppError
 * `topic_unknown` for a topic or partition that is not there, and KafkaError.
 */
export async function freezeRanges(ctx: PlanCtx, source: RangeSource): Promise<FrozenRange[]> {
  const names = source.topics.map(({ topic }) => topic);
  const { partitions, failures } = await ctx.kafka.reader.offsets(names, ctx.signal);
  const asked = source.topics.flatMap(({ topic, partitions: wanted }) => {
    const there = partitions.filter((each) => each.topic === topic);
    if (there.length === 0) throw unknownTopic(topic, failures[0]?.reason ?? "it is not there");
    const missing = wanted?.find((partition) => !there.some((each) => each.partition === partition));
    if (missing !== undefined) throw unknownTopic(topic, `it has no partition ${missing}`);
    return there.filter(({ partition }) => wanted === null || wanted.includes(partition));
  });
  const [from, to] = [await edgesOf(ctx, asked, source.from), await edgesOf(ctx, asked, source.to)];
  return asked
    .map(({ topic, topicId, partition }, index) => ({
      ...{ topic, topicId, partition },
      fromOffset: from[index] ?? 0n,
      toOffset: to[index] ?? 0n,
    }))
    .filter(({ fromOffset, toOffset }) => fromOffset < toOffset);
}

const unknownTopic = (topic: string, reason: string): AppError =>
  new AppError("topic_unknown", `The topic ${topic} cannot be copied: ${reason.replace(/\.$/, "")}.`, {
    details: { topic },
  });

/** The offset of an edge in each partition, within its log. */
async function edgesOf(
  ctx: PlanCtx,
  partitions: readonly ResolvedPartition[],
  edge: RangeEdge,
): Promise<bigint[]> {
  const within = ({ logStart, logEnd }: ResolvedPartition, offset: bigint): bigint =>
    offset < logStart ? logStart : offset > logEnd ? logEnd : offset;
  switch (edge.kind) {
    case "start":
      return partitions.map(({ logStart }) => logStart);
    case "end":
      return partitions.map(({ logEnd }) => logEnd);
    case "offset":
      return partitions.map((each) => within(each, edge.offset));
    case "time": {
      const asked = partitions.map(({ topic, partition }) => ({ topic, partition, at: edge.at }));
      const found = await ctx.kafka.topicLogs.offsetsAt(asked, ctx.signal);
      return partitions.map((each, index) => within(each, found[index]?.offset ?? each.logEnd));
    }
  }
}

/** The oldest record that ranges begin with, epoch ms; null where none is told. Throws KafkaError. */
export async function oldestOf(ctx: PlanCtx, ranges: readonly FrozenRange[]): Promise<number | null> {
  const asked = ranges.map(({ fromOffset: offset, ...range }) => ({ ...range, offset }));
  const times = await ctx.kafka.topicLogs.recordTimes(asked, ctx.signal);
  const told = times.flatMap((each) => (each.state === "known" ? [each.at] : []));
  return told.length === 0 ? null : Math.min(...told);
}
