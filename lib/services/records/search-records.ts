import type { InputOf } from "#lib/contracts/endpoint.ts";
import type { searchRecords as contract } from "#lib/contracts/records.ts";
import type { RecordSearch, SearchEvent, SearchProgress } from "#lib/domain/records/record-search.ts";
import type { TopicLog } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { refusalOf } from "#lib/services/records/refusals.ts";
import { topicsThere } from "#lib/services/records/topics-there.ts";

const NOTHING: SearchProgress = {
  ...{ hits: 0, records: 0, bytes: 0, elapsedMs: 0, recordRate: 0 },
  partitions: [],
};

/**
 * searchRecords streams what a search finds; `ctx.signal` ends it. What cannot be asked is thrown before the first
 * event: `topic_unknown`, `request_invalid` for partitions that no topic has, `filter_invalid`,
 * `search_token_invalid`, `cluster_unreachable`, `read_refused`. What fails later is told by an `end` event of reason
 * `failed`; so is an error that the reader of the stream throws into it.
 */
export async function* searchRecords(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): AsyncGenerator<SearchEvent, void, undefined> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const question = input.body;
  refuseForeignPartitions(question, await topicsThere(ctx, cluster, question.topics));
  let last: SearchProgress | null = null;
  try {
    for await (const event of ctx.kafka(cluster).records.search(question, { signal: ctx.signal })) {
      last = progressOf(event) ?? last ?? NOTHING;
      yield event;
    }
  } catch (error) {
    const refusal = refusalOf(error, "read_refused");
    if (last === null || ctx.signal.aborted) throw refusal;
    if (!(refusal instanceof AppError)) ctx.log.error({ cluster }, "a search broke off");
    yield { type: "end", reason: "failed", sentence: sentenceOf(ctx, refusal), token: null, ...last };
  }
}

function progressOf(event: SearchEvent): SearchProgress | null {
  if (event.type === "record" || (event.type === "progress" && event.state === "queued")) return null;
  const { hits, records, bytes, elapsedMs, recordRate, partitions } = event;
  return { hits, records, bytes, elapsedMs, recordRate, partitions };
}

function sentenceOf(ctx: Ctx, error: unknown): string {
  return error instanceof AppError
    ? error.message
    : `Something inside failed. The log tells more under the request ${ctx.requestId}.`;
}

/** A partition that none of the topics has was mistyped: it would find nothing without a word. */
function refuseForeignPartitions({ partitions }: RecordSearch, logs: ReadonlyMap<string, TopicLog>): void {
  const count = Math.max(...[...logs.values()].map((log) => log.partitions.length));
  const foreign = partitions?.find((partition) => partition >= count);
  if (foreign === undefined) return;
  throw new AppError("request_invalid", `No topic of the search has a partition ${foreign}.`, {
    invalidParams: [{ name: "partitions", in: "body", reason: `must be below ${count}` }],
  });
}
