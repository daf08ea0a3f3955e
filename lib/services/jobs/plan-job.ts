import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { planJob as contract } from "#lib/contracts/jobs.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { filterOf } from "#lib/services/dead-letters/dead-letter-filter.ts";
import { accountOf, tellJob } from "#lib/services/jobs/steer-job.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";

/**
 * planJob writes a job down for a worker to plan; nothing is sent. Throws `cluster_unknown`, `cluster_read_only`,
 * `transform_invalid`, `request_invalid` for what does not fit together, and `selection_changed`.
 */
export async function planJob(ctx: Ctx, input: InputOf<typeof contract>): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const spec: JobSpec = input.body;
  refuseMisfit(spec);
  await refuseTransform(ctx, spec);
  await refuseChanged(ctx, cluster.id, spec);
  const id = ctx.newId();
  const requestedBy = auditActor(ctx.actor).actorLabel;
  const at = ctx.now();
  const number = await ctx.db.transaction(async (tx) => {
    const made = await tx.jobs.create({
      ...{ id, cluster: cluster.id, spec, requestedBy, requestedAt: at },
      requestedById: accountOf(ctx),
    });
    await tx.jobs.addEvent(made, { at, actor: requestedBy, what: "Asked for." });
    return made;
  });
  await tellJob(ctx, cluster.id, number);
  return { id, number, state: "planning" };
}

function refuse(name: string, reason: string): never {
  throw new AppError("request_invalid", `The job cannot be planned: ${name} ${reason}.`, {
    invalidParams: [{ name, in: "body", reason }],
  });
}

function refuseMisfit(spec: JobSpec): void {
  const { kind, source, times, target } = spec;
  if (kind === "redrive" && source.kind !== "dead-letters")
    refuse("source", "must be dead letters for a redrive");
  if (kind === "replay" && source.kind !== "ranges") refuse("source", "must be ranges for a replay");
  if (times === "kept" && kind !== "replay") refuse("times", "may be kept by a replay alone");
  if ((target.kind === "group" || target.kind === "shadow") && kind !== "replay")
    refuse("target", `may be a ${target.kind} of a replay alone`);
  if (source.kind !== "ranges") return;
  if (target.kind === "group") refuseNoReset(spec, source);
  if (new Set(source.topics.map(({ topic }) => topic)).size < source.topics.length)
    refuse("source.topics", "must name each topic once");
  if (target.kind === "way-in" && kind === "redrive") refuse("target", "must be a topic");
}

/** What copies can do and offsets cannot: the group reads each record again as it is, up to where it stood. */
function refuseNoReset(
  { transform, times }: JobSpec,
  { from, to, keys, eventTypes }: Extract<JobSpec["source"], { kind: "ranges" }>,
): void {
  if (from.kind === "end") refuse("source.from", "must not be the end for a replay to a group");
  if (to.kind !== "end") refuse("source.to", "must be the end for a replay to a group");
  if (keys.length > 0) refuse("source.keys", "must be empty for a replay to a group");
  if (eventTypes.length > 0) refuse("source.eventTypes", "must be empty for a replay to a group");
  const { headers, value, newEventId } = transform;
  if (value.kind !== "none" || headers.set.length + headers.drop.length > 0 || newEventId)
    refuse("transform", "must change nothing for a replay to a group");
  if (times === "kept")
    refuse("times", "must be new for a replay to a group, whose records keep theirs anyway");
}

async function refuseTransform(ctx: Ctx, { transform }: JobSpec): Promise<void> {
  const { value } = transform;
  if (value.kind === "patch") {
    const bad = value.operations.findIndex((each) =>
      [each.path, ...("from" in each ? [each.from] : [])].some((path) => !/^$|^\//.test(path)),
    );
    if (bad !== -1)
      throw new AppError(
        "transform_invalid",
        `Operation ${bad + 1} of the patch names no place: a pointer is empty or begins with a slash.`,
      );
  }
  if (value.kind === "script") {
    const opened = await ctx.jobs.openScript(value.code);
    if (opened.runner === null) throw new AppError("transform_invalid", opened.problem);
    opened.runner.close();
  }
}

/** A filter that matches another number now is told at once, not only by the plan. */
async function refuseChanged(ctx: Ctx, cluster: string, { source }: JobSpec): Promise<void> {
  if (source.kind !== "dead-letters" || source.selection.kind !== "filter") return;
  const { filter, frozen } = source.selection;
  const set = { kind: "filter", filter: await filterOf(ctx, cluster, filter), upTo: frozen.upTo } as const;
  const { byState } = await ctx.db.deadLetters.count(set);
  const count = [...byState.values()].reduce((sum, each) => sum + each, 0);
  if (count === frozen.count) return;
  const sentence = `The filter matched ${frozen.count} dead letters when it was frozen and matches ${count} of them now. Look again.`;
  throw new AppError("selection_changed", sentence, { details: { frozen: frozen.count, count } });
}
