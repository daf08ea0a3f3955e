import { z } from "zod";
import { deadLetterSelection } from "#lib/contracts/dead-letter-selection.ts";
import { count, instant, offset } from "#lib/contracts/wire.ts";
import { JOB_KINDS, type JobSpec, type JobTarget, type Pace } from "#lib/domain/jobs/job.ts";
import type { JobSource, RangeEdge } from "#lib/domain/jobs/job-source.ts";
import type { PatchOperation, Transform } from "#lib/domain/jobs/transform.ts";

const topicName = z.string().min(1).max(249);
const pointer = z.string().max(1_000);

const edge = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("start") }),
  z.object({ kind: z.literal("end") }),
  z.object({ kind: z.literal("offset"), offset }),
  z.object({ kind: z.literal("time"), at: instant }),
]) satisfies z.ZodType<RangeEdge>;

const source = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("dead-letters"), selection: deadLetterSelection }),
  z.object({
    kind: z.literal("ranges"),
    topics: z
      .array(z.object({ topic: topicName, partitions: z.array(count).min(1).max(10_000).nullable() }))
      .min(1)
      .max(100),
    from: edge,
    to: edge,
    keys: z.array(z.string().max(1_000)).max(1_000).default([]),
    eventTypes: z.array(topicName).max(100).default([]),
  }),
]) satisfies z.ZodType<JobSource>;

const operation = z.discriminatedUnion("op", [
  z.object({ op: z.enum(["add", "replace", "test"]), path: pointer, value: z.json() }),
  z.object({ op: z.literal("remove"), path: pointer }),
  z.object({ op: z.enum(["move", "copy"]), from: pointer, path: pointer }),
]) satisfies z.ZodType<PatchOperation>;

const headerName = z.string().min(1).max(1_000);
const transform = z.object({
  headers: z.object({
    set: z.array(z.object({ name: headerName, value: z.string().max(100_000) })).max(100),
    drop: z.array(headerName).max(100),
  }),
  value: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({ kind: z.literal("patch"), operations: z.array(operation).min(1).max(100) }),
    z.object({ kind: z.literal("script"), code: z.string().min(1).max(50_000) }),
  ]),
  newEventId: z.boolean(),
}) satisfies z.ZodType<Transform>;

/** jobTarget is where the copies of a job go. */
export const jobTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("way-in"), group: z.string().min(1).max(300) }),
  z.object({ kind: z.literal("source") }),
  z.object({ kind: z.literal("topic"), topic: topicName }),
  z.object({ kind: z.literal("shadow"), name: z.string().regex(/^[a-z0-9-]{1,32}$/) }),
  z.object({ kind: z.literal("group"), group: z.string().min(1).max(300) }),
]) satisfies z.ZodType<JobTarget>;

/** brake: a job sends between 1 and a million records a second. */
export const brake = z.number().min(1).max(1_000_000).nullable();
const minute = z
  .number()
  .int()
  .min(0)
  .max(24 * 60 - 1);

const pace = z.object({
  recordsPerSecond: brake,
  canary: z.boolean(),
  window: z.object({ fromMinute: minute, toMinute: minute }).nullable(),
  stopAtReturnedPercent: z.number().min(0).max(100),
}) satisfies z.ZodType<Pace>;

/** jobSpecShape is what a job is asked for by. */
export const jobSpecShape = {
  kind: z.enum(JOB_KINDS),
  name: z.string().trim().min(1).max(200),
  description: z.string().max(4_000),
  source,
  transform,
  target: jobTarget,
  pace,
  stale: z.enum(["hold", "send"]),
  times: z.enum(["new", "kept"]),
  processed: z.enum(["send", "leave-out"]),
} satisfies { [Key in keyof JobSpec]: z.ZodType<JobSpec[Key]> };
