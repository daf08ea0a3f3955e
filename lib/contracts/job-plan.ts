import { z } from "zod";
import { count, instant, offset } from "#lib/contracts/wire.ts";
import {
  type JobPlan,
  type PlanNote,
  type PreviewedRecord,
  PROCESSED_MARKS,
} from "#lib/domain/jobs/job-plan.ts";

/** planNote is something that a plan has to say. */
export const planNote = z.object({ code: z.string(), sentence: z.string() }) satisfies z.ZodType<PlanNote>;

const reasonCount = z.object({ code: z.string(), sentence: z.string(), count });
const plannedTopic = z.object({ topic: z.string(), topicId: z.string(), partitionCount: count });

/** jobPlan is the plan of a copy job. */
export const jobPlan = z.object({
  readAt: instant,
  records: count,
  atMost: z.boolean(),
  bytes: count.nullable(),
  largestBytes: count.nullable(),
  sources: z.array(plannedTopic),
  targets: z.array(
    z.object({ ...plannedTopic.shape, records: count.nullable(), maxMessageBytes: count.nullable() }),
  ),
  ranges: z.array(
    z.object({
      topic: z.string(),
      topicId: z.string(),
      partition: count,
      fromOffset: offset,
      toOffset: offset,
    }),
  ),
  refused: z.array(reasonCount),
  held: z.array(reasonCount),
  processed: z.record(z.enum(PROCESSED_MARKS), count),
  groups: z.array(
    z.object({
      group: z.string(),
      topic: z.string(),
      role: z.enum(["reader", "other"]),
      by: z.enum(["commits", "members", "subscription"]),
      doubt: z.string().optional(),
      lag: count.nullable(),
      isolation: z.enum(["read_committed", "read_uncommitted", "unknown"]),
      dedups: z.enum(["yes", "no", "unknown"]),
      effects: z.enum(["pure", "external", "unknown"]),
    }),
  ),
  delivery: z.enum(["exactly-once", "at-least-once"]),
  deliveryReason: z.string().nullable().default(null),
  shadows: z.array(z.object({ topic: z.string(), partitionCount: count })).default([]),
  reset: z
    .object({ group: z.string(), partitions: count, reread: count, skipped: count })
    .nullable()
    .default(null),
  validated: z.array(z.string()).default([]),
  order: z.enum(["origin", "dead-letter", "source"]),
  scriptHash: z.string().nullable(),
  warnings: z.array(planNote),
  refusals: z.array(planNote),
}) satisfies z.ZodType<JobPlan>;

const side = z.object({
  key: z.string().nullable(),
  value: z.string().nullable(),
  headers: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
});

/** previewedRecord is one record of a plan before and after the transform. */
export const previewedRecord = z.object({
  seq: count,
  topic: z.string(),
  partition: count,
  offset,
  target: z.object({ topic: z.string(), partition: count }).nullable(),
  before: side,
  after: side.nullable(),
  problem: z.string().nullable(),
}) satisfies z.ZodType<PreviewedRecord>;
