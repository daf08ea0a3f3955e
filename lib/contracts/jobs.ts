import { z } from "zod";
import { endpoint } from "#lib/contracts/endpoint.ts";
import { jobPlan, planNote, previewedRecord } from "#lib/contracts/job-plan.ts";
import { brake, jobSpecShape as specShape, jobTarget as target } from "#lib/contracts/job-spec.ts";
import { count, instant, listOf, offset, pageQuery, rate, reason } from "#lib/contracts/wire.ts";
import { PROCESSED_MARKS } from "#lib/domain/jobs/job-plan.ts";
import {
  JOB_KINDS,
  JOB_STATES,
  JOB_WISHES,
  OUTCOMES,
  type Job,
  type JobRecord,
  type JobRow,
} from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";

const clusterParams = z.object({ cluster: z.string() });
const jobParams = z.object({ ...clusterParams.shape, number: z.coerce.number().int().positive() });
const topicName = z.string().min(1).max(249);

const counts = z.record(z.enum(OUTCOMES), count);

const rowShape = {
  id: z.uuid(),
  number: z.number().int().positive(),
  kind: z.enum(JOB_KINDS),
  name: z.string(),
  state: z.enum(JOB_STATES),
  wish: z.enum(JOB_WISHES),
  target,
  counts,
  requestedBy: z.string(),
  requestedAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  stateReason: z.string().nullable(),
};
const row = z.object(rowShape) satisfies z.ZodType<JobRow>;

const job = z.object({
  ...rowShape,
  spec: z.object(specShape),
  plan: jobPlan.nullable(),
  hash: z.string().nullable(),
  resetId: z.uuid().nullable(),
  planned: z.object({ done: count, of: count.nullable() }).nullable(),
  reason: z.string().nullable(),
  approval: z.object({
    needed: z.boolean(),
    why: z.string().nullable(),
    by: z.string().nullable(),
    at: instant.nullable(),
  }),
  typedConfirmation: z.boolean(),
  recordsPerSecond: brake,
  progress: z.object({
    counts,
    recordsPerSecond: rate.nullable(),
    sendsInMs: count.nullable(),
    rung: count.nullable(),
    waitsFor: z.string().nullable(),
    aborted: count,
    possibleDuplicates: count,
    targets: z.array(z.object({ topic: z.string(), partition: count, planned: count, sent: count })),
    ranges: z.array(z.object({ topic: z.string(), partition: count, offsets: count, read: count })),
  }),
  notes: z.array(planNote),
  events: z.array(z.object({ at: instant, actor: z.string(), what: z.string() })),
}) satisfies z.ZodType<Job>;

const record = z.object({
  seq: count,
  topic: z.string(),
  partition: count,
  offset,
  deadLetterId: z.uuid().nullable(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  eventId: z.string().nullable(),
  hop: count,
  processed: z.enum(PROCESSED_MARKS),
  target: z.object({ topic: z.string(), partition: count, offset: offset.nullable() }).nullable(),
  sentAt: instant.nullable(),
  settledAt: instant.nullable(),
  returnedId: z.uuid().nullable(),
}) satisfies z.ZodType<JobRecord>;

const PATH = "/api/v1/clusters/{cluster}/jobs";
const ONE = `${PATH}/{number}` as const;

/** listJobs: the copy jobs of a cluster, newest first. */
export const listJobs = endpoint({
  feature: "jobs",
  method: "GET",
  path: PATH,
  summary: "Copy jobs (redrive, replay, republish), newest first.",
  permission: "jobs:read",
  params: clusterParams,
  query: z.object({
    ...pageQuery,
    kind: z.enum(JOB_KINDS).optional(),
    /** `active` is all that may still send or settle. */
    state: z.enum([...JOB_STATES, "active"]).optional(),
    /** Jobs that write to this topic, or that this group will see. */
    topic: topicName.optional(),
    group: z.string().max(300).optional(),
  }),
  body: z.undefined(),
  response: listOf(row, {}),
});

/** planJob writes a job down and has it planned; nothing is sent. */
export const planJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: PATH,
  summary: "Plans a copy job: 202 while a worker computes the plan; nothing is sent before it is started.",
  permission: "jobs:operate",
  params: clusterParams,
  query: z.object({}),
  body: z.object({
    kind: specShape.kind,
    name: specShape.name,
    description: specShape.description.default(""),
    source: specShape.source,
    transform: specShape.transform.default(NO_TRANSFORM),
    target,
    pace: specShape.pace.default({
      recordsPerSecond: null,
      canary: true,
      window: null,
      stopAtReturnedPercent: 10,
    }),
    stale: specShape.stale.default("hold"),
    times: specShape.times.default("new"),
    processed: specShape.processed.default("send"),
  }),
  response: z.object({ id: z.uuid(), number: count, state: z.enum(JOB_STATES) }),
  audit: "job.plan",
  status: 202,
});

/** getJob: one job with its plan, progress and trail. */
export const getJob = endpoint({
  feature: "jobs",
  method: "GET",
  path: ONE,
  summary: "One job with its plan, its progress and its audit trail.",
  permission: "jobs:read",
  params: jobParams,
  query: z.object({}),
  body: z.undefined(),
  response: job,
});

/** listJobRecords: the planned records of a job with their outcomes, in the job's order. */
export const listJobRecords = endpoint({
  feature: "jobs",
  method: "GET",
  path: `${ONE}/records`,
  summary: "Planned records with their outcomes, in the job's order; of ranges only the exceptions.",
  permission: "jobs:read",
  params: jobParams,
  query: z.object({ ...pageQuery, outcome: z.enum(OUTCOMES).optional() }),
  body: z.undefined(),
  response: listOf(record, {}),
});

/** previewJob: the first records before and after the transform. */
export const previewJob = endpoint({
  feature: "jobs",
  method: "GET",
  path: `${ONE}/preview`,
  summary: "The plan's first records before and after the transform; fields under masking rules are hidden.",
  permission: "records:read",
  params: jobParams,
  query: z.object({ limit: z.coerce.number().int().min(1).max(20).default(5) }),
  body: z.undefined(),
  response: z.object({ items: z.array(previewedRecord), failures: z.array(z.string()) }),
});

/** approveJob is the second person's word; the requester cannot give it. */
export const approveJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: `${ONE}/approve`,
  summary: "Approves a plan by its hash, as another person than the requester; lapses after 24 hours.",
  permission: "jobs:operate",
  params: jobParams,
  query: z.object({}),
  body: z.object({ hash: z.string().length(64), reason }),
  response: job,
  audit: "job.approve",
});

/** startJob has a plan sent; everything is checked again. */
export const startJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: `${ONE}/start`,
  summary: "Starts a planned job; refused with the difference when anything has changed since the plan.",
  permission: "jobs:operate",
  params: jobParams,
  query: z.object({}),
  body: z.object({
    hash: z.string().length(64),
    reason,
    /** The number of records, where the job asks for it to be typed. */
    confirmRecords: count.optional(),
    /** Sends the records that are held too. */
    sendHeld: z.boolean().default(false),
  }),
  response: job,
  audit: "job.start",
});

const steered = { permission: "jobs:operate", params: jobParams, query: z.object({}) } as const;

/** pauseJob: nothing is sent later than a second after the answer. */
export const pauseJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: `${ONE}/pause`,
  summary: "Pauses a running job behind its open transaction.",
  ...steered,
  body: z.object({ reason: reason.optional() }),
  response: job,
  audit: "job.pause",
});

/** resumeJob goes on; after 15 minutes the plan is checked again first. */
export const resumeJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: `${ONE}/resume`,
  summary: "Goes on with a paused job; after 15 minutes the plan is checked again.",
  ...steered,
  body: z.object({ reason: reason.optional() }),
  response: job,
  audit: "job.resume",
});

/** cancelJob ends a job; what was sent stays sent. */
export const cancelJob = endpoint({
  feature: "jobs",
  method: "POST",
  path: `${ONE}/cancel`,
  summary: "Ends a job for good; what was sent stays in the target, the rest is not sent.",
  ...steered,
  body: z.object({ reason }),
  response: job,
  audit: "job.cancel",
});

/** updateJob changes the brake of a job that has not ended. */
export const updateJob = endpoint({
  feature: "jobs",
  method: "PATCH",
  path: ONE,
  summary: "Changes the brake, also while the job runs.",
  ...steered,
  body: z.object({ recordsPerSecond: brake }),
  response: job,
  audit: "job.update",
});

/** exportJob streams coordinates and outcomes. */
export const exportJob = endpoint({
  feature: "jobs",
  method: "GET",
  path: `${ONE}/export`,
  summary: "Every planned record's coordinates and outcome, a line each (NDJSON).",
  permission: "jobs:read",
  params: jobParams,
  query: z.object({}),
  body: z.undefined(),
  response: record,
  streams: true,
});
