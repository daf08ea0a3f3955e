import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listJobRecords as contract } from "#lib/contracts/jobs.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf, freshnessOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";
import { findJob } from "#lib/services/jobs/get-job.ts";

/** listJobRecords answers a page of a job's records, in its order. Throws `cluster_unknown`, `job_unknown`, `cursor_invalid`. */
export async function listJobRecords(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { number } = await findJob(ctx, cluster, input.params.number);
  const { cursor, limit, outcome } = input.query;
  const listed = { list: "job-records", cluster, number, outcome };
  const after = afterOf(decodeCursor(cursor, listed, 1));
  const rows = await ctx.db.jobs.records(number, { after, limit: limit + 1, outcome });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items,
    nextCursor: more ? encodeCursor(listed, [last.seq]) : null,
    ...(await freshnessOf(ctx, cluster)),
  };
}

function afterOf(values: (string | number)[] | null): bigint {
  if (values === null) return -1n;
  const [seq] = values;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq))
    throw new AppError("cursor_invalid", "The cursor is malformed.");
  return BigInt(seq);
}
