import { setTimeout as delay } from "node:timers/promises";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type { ResolvedPartition } from "#lib/adapters/kafka/scan/types.ts";
import { compileFilter } from "#lib/adapters/kafka/search/filter/compile-filter.ts";
import { BackwardSearch } from "#lib/adapters/kafka/search/search-backward.ts";
import { ForwardSearch } from "#lib/adapters/kafka/search/search-forward.ts";
import {
  keyOf,
  SearchRun,
  type SearchedPartition,
  type SearchTools,
} from "#lib/adapters/kafka/search/search-run.ts";
import { readToken, writeToken, type TokenPartition } from "#lib/adapters/kafka/search/search-token.ts";
import { maskOfTopic } from "#lib/domain/records/masking.ts";
import type {
  MaskingRule,
  RecordSearch,
  SearchEvent,
  SearchProgress,
} from "#lib/domain/records/record-search.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

const PROGRESS_MS = 500;
/** How often a live search asks for new ends. */
const LIVE_MS = 300;

/** checkSearch throws SearchRefused for a question that cannot be asked: a term or the token. */
export function checkSearch(question: RecordSearch, masking: readonly MaskingRule[]): null {
  for (const topic of question.topics) compileFilter(question.terms, maskOfTopic(masking, topic));
  readToken(question);
  return null;
}

/** runSearch runs a search and tells its events; the last is always of type `end`. */
export async function runSearch(question: RecordSearch, tools: SearchTools): Promise<void> {
  const run = new SearchRun(question, tools);
  const search = question.start.kind === "newest" ? new BackwardSearch(run) : new ForwardSearch(run);
  const told = (): SearchProgress => progressOf(run, search);
  const tick = (): void => {
    run.checkClock();
    if (run.ended === null) void tools.emit({ type: "progress", state: "running", ...told() });
  };
  const timer = setInterval(tick, PROGRESS_MS);
  try {
    await read(run, search, tools);
  } catch (error) {
    run.finish(tools.signal.aborted ? "cancelled" : "failed", sentenceOf(error));
  } finally {
    clearInterval(timer);
  }
  run.finish("end");
  await tools.emit(endOf(run, search, told()));
}

async function read(
  run: SearchRun,
  search: ForwardSearch | BackwardSearch,
  tools: SearchTools,
): Promise<void> {
  await openPartitions(run, tools);
  void tools.emit({ type: "progress", state: "running", ...progressOf(run, search) });
  await search.read([...run.partitions.values()]);
  while (run.question.start.kind === "live" && run.ended === null) {
    await delay(LIVE_MS, undefined, { signal: run.signal }).catch(() => undefined);
    run.checkClock();
    if (!run.signal.aborted) await search.read(await movedEnds(run, tools));
  }
}

/** Finds where each partition begins and ends. Throws where nothing can be read at all. */
async function openPartitions(run: SearchRun, tools: SearchTools): Promise<void> {
  const { topics, partitions, start, end, isolation } = run.question;
  const token = readToken(run.question);
  const asked = {
    topics,
    partitions,
    isolation,
    end,
    start: token === null ? start : ({ kind: "oldest" } as const),
  };
  const resolved = await resolveOffsets(tools.links, asked, run.signal);
  const [failure] = resolved.failures;
  if (failure !== undefined) {
    const sentence = `${failure.subject}: ${failure.reason}`;
    if (resolved.partitions.length === 0) throw new KafkaError("unknown", sentence);
    run.sentence = sentence;
  }
  for (const each of resolved.partitions) {
    const from = token === null ? begin(each, start.kind === "newest") : goOn(each, token);
    if (from !== null) run.add(each, from);
  }
}

function begin(each: ResolvedPartition, backward: boolean): TokenPartition {
  return { ...each, nextOffset: backward ? each.toOffset : each.fromOffset };
}

/** Where a token goes on in a partition; null where it read all of it. */
function goOn(each: ResolvedPartition, token: readonly TokenPartition[]): TokenPartition | null {
  const row = token.find((one) => keyOf(one) === keyOf(each));
  if (row === undefined) return null;
  if (row.topicId === each.topicId) return row;
  throw new SearchRefused(
    "search_token_invalid",
    `The topic ${each.topic} was made anew since the token was given: start the search anew.`,
  );
}

/** The partitions of a live search whose ends moved; one that is new is read from its start. */
async function movedEnds(run: SearchRun, tools: SearchTools): Promise<SearchedPartition[]> {
  const { topics, partitions, end, isolation } = run.question;
  const asked = { topics, partitions, isolation, end, start: { kind: "live" } as const };
  const resolved = await resolveOffsets(tools.links, asked, run.signal);
  return resolved.partitions.flatMap((each) => {
    const known =
      run.partitions.get(keyOf(each)) ??
      run.add(each, { ...each, fromOffset: each.logStart, nextOffset: each.logStart });
    if (each.logEnd > known.toOffset) known.toOffset = each.logEnd;
    return known.nextOffset < known.toOffset ? [known] : [];
  });
}

function progressOf(run: SearchRun, search: ForwardSearch | BackwardSearch): SearchProgress {
  const progress = run.progress((partition) => search.nextOf(partition));
  const backward = search instanceof BackwardSearch;
  const isDone = ({ fromOffset, nextOffset, toOffset }: SearchProgress["partitions"][number]): boolean =>
    backward ? nextOffset <= fromOffset : nextOffset >= toOffset;
  return { ...progress, partitions: progress.partitions.map((each) => ({ ...each, done: isDone(each) })) };
}

function endOf(run: SearchRun, search: ForwardSearch | BackwardSearch, told: SearchProgress): SearchEvent {
  const isLive = run.question.start.kind === "live";
  const open = new Set(told.partitions.filter((each) => isLive || !each.done).map(keyOf));
  const left = [...run.partitions.values()]
    .filter((each) => open.has(each.key))
    .map((each) => ({ ...each, nextOffset: search.nextOf(each) }));
  const token = left.length === 0 ? null : writeToken(run.question, left);
  return { type: "end", reason: run.ended ?? "end", sentence: run.sentence, token, ...told };
}

function sentenceOf(error: unknown): string {
  if (error instanceof KafkaError || error instanceof SearchRefused) return error.message;
  const name = error instanceof Error ? error.name : "unknown";
  return `The search failed by an error of its own (${name}).`;
}
