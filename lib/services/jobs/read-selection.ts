import type { StoredDeadLetter } from "#lib/adapters/db/dead-letters.ts";
import type { DeadLetterState, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import type { DeadLetterSelection } from "#lib/domain/jobs/job-source.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** A dead letter of a plan: what of it decides whether, where and in which order it is sent. */
export interface SelectedDeadLetter {
  id: string;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  at: number;
  origin: TracedPlace;
  from: TracedPlace;
  group: string | null;
  state: DeadLetterState;
  keyHash: bigint | null;
  redriveId: string | null;
}

/** What a selection holds, in the order in which it is sent. */
export interface Selection {
  rows: SelectedDeadLetter[];
  /** Named by their id and not there, or twins. */
  missing: number;
}

/** Dead letters of one job at most: each has a row, and the order of all is made in memory. */
const MOST = 1_000_000;
const PAGE = 2_000;

/**
 * readSelection reads the dead letters that a selection froze, ordered by where they came from; those that do not tell
 * it stand behind, by their own place. Throws AppError `selection_changed` where a frozen filter matches another
 * number now, or more than a million.
 */
export async function readSelection(ctx: PlanCtx, selection: DeadLetterSelection): Promise<Selection> {
  const { rows, missing } = await (selection.kind === "ids"
    ? readIds(ctx, selection.ids)
    : readFilter(ctx, selection));
  return { rows: rows.sort(byOrigin), missing };
}

async function readIds(ctx: PlanCtx, ids: readonly string[]): Promise<Selection> {
  const unique = [...new Set(ids.map((id) => id.toLowerCase()))];
  const rows: SelectedDeadLetter[] = [];
  for (let from = 0; from < unique.length; from += PAGE) {
    const found = await ctx.db.deadLetters.many(ctx.cluster, unique.slice(from, from + PAGE));
    rows.push(...found.map(selectedOf));
  }
  return { rows, missing: unique.length - rows.length };
}

type FilterSelection = Extract<DeadLetterSelection, { kind: "filter" }>;

async function readFilter(ctx: PlanCtx, { filter, frozen }: FilterSelection): Promise<Selection> {
  if (frozen.count > MOST)
    throw new AppError("selection_changed", "A job holds at most 1,000,000 dead letters: narrow the filter.");
  const asked = { ...filter, cluster: ctx.cluster, messages: await readsMessages(ctx) };
  const rows: SelectedDeadLetter[] = [];
  let after: StoredDeadLetter["place"] | null = null;
  do {
    ctx.signal.throwIfAborted();
    const page: StoredDeadLetter[] = await ctx.db.deadLetters.list(asked, { after, limit: PAGE });
    rows.push(...page.filter(({ place }) => place.seq <= frozen.upTo).map(selectedOf));
    after = page.length < PAGE ? null : (page.at(-1)?.place ?? null);
  } while (after !== null && rows.length <= MOST);
  if (rows.length !== frozen.count)
    throw new AppError(
      "selection_changed",
      `The filter matched ${frozen.count} dead letters when it was frozen and matches ${rows.length} of them now. Look again.`,
      { details: { frozen: frozen.count, count: rows.length } },
    );
  return { rows, missing: 0 };
}

/** A search looks at messages where no rule hides them, as it did when the filter was counted. */
async function readsMessages({ db, kafka, cluster }: PlanCtx): Promise<boolean> {
  const topics = await db.deadLetterTopics.list(cluster);
  return topics.every(({ topic }) => !kafka.records.maskOf(topic).error);
}

function selectedOf({ row, keyHash, redriveId }: StoredDeadLetter): SelectedDeadLetter {
  const { id, topic, topicId, partition, offset, at, origin, from, group, state } = row;
  return { id, topic, topicId, partition, offset, at, origin, from, group, state, keyHash, redriveId };
}

type Place = Pick<TracedPlace, "topic" | "partition" | "offset">;

function byOrigin(a: SelectedDeadLetter, b: SelectedDeadLetter): number {
  const [told, other] = [isTold(a.origin), isTold(b.origin)];
  if (told !== other) return told ? -1 : 1;
  return (told ? comparePlaces(a.origin, b.origin) : 0) || comparePlaces(a, b);
}

/** isTold says whether a place is told in full. */
export const isTold = ({ topic, partition, offset }: Place): boolean =>
  topic !== null && partition !== null && offset !== null;

function comparePlaces(a: Place, b: Place): number {
  const [one, two] = [a.topic ?? "", b.topic ?? ""];
  if (one !== two) return one < two ? -1 : 1;
  if (a.partition !== b.partition) return (a.partition ?? 0) - (b.partition ?? 0);
  const [first, second] = [a.offset ?? 0n, b.offset ?? 0n];
  return first === second ? 0 : first < second ? -1 : 1;
}
