import type { AddedSelection, SelectionPart } from "#lib/adapters/db/job-selections.ts";
import type { DeadLetterSelection } from "#lib/domain/jobs/job-source.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** What a frozen selection holds; its rows are in the database, in the order in which they will be sent. */
interface FrozenSelection {
  rows: number;
  /** Named by their id and not there, or twins. */
  missing: number;
  /** Rows that do not tell where they came from. */
  untold: number;
  /** Topics that they lie in. */
  sources: string[];
  /** Topics that they came from, first and last. */
  origins: string[];
  /** Groups that they failed in. */
  groups: string[];
}

/** Dead letters of one job at most: planning these takes hours, and their rows 10 GB. */
const MOST = 20_000_000;
/** Rows of one statement: well under the 2 s that a guarded transaction may last, on a slow disk too. */
const PAGE = 5_000;
const IDS = 2_000;

/**
 * freezeSelection writes the dead letters that a selection froze into the job's selection, a page a transaction, where
 * the database keeps them in the order of where they came from; those that do not tell it stand behind, by their own
 * place. null when the job is not being planned any more. Throws AppError `selection_changed` where a frozen filter
 * matches another number now, or more than 20,000,000.
 */
export async function freezeSelection(
  ctx: PlanCtx,
  number: number,
  selection: DeadLetterSelection,
): Promise<FrozenSelection | null> {
  const tally = new SelectionTally();
  if (selection.kind === "ids") {
    const ids = [...new Set(selection.ids.map((id) => id.toLowerCase()))];
    const frozen = await freezeIds(ctx, number, { ids, tally });
    return frozen ? tally.frozen(ids.length - tally.rows) : null;
  }
  return (await freezeFilter(ctx, number, { selection, tally })) ? tally.frozen(0) : null;
}

/** Sums up what was added; names are few, whatever the number of rows. */
class SelectionTally {
  rows = 0;
  untold = 0;
  readonly #names = { sources: new Set<string>(), origins: new Set<string>(), groups: new Set<string>() };

  add({ rows, untold, topics, origins, groups }: AddedSelection): void {
    this.rows += rows;
    this.untold += untold;
    for (const topic of topics) this.#names.sources.add(topic);
    for (const topic of origins) this.#names.origins.add(topic);
    for (const group of groups) this.#names.groups.add(group);
  }

  frozen(missing: number): FrozenSelection {
    const { sources, origins, groups } = this.#names;
    return {
      ...{ rows: this.rows, untold: this.untold, missing },
      ...{ sources: [...sources].sort(), origins: [...origins].sort(), groups: [...groups].sort() },
    };
  }
}

async function freezeIds(
  ctx: PlanCtx,
  number: number,
  { ids, tally }: { ids: readonly string[]; tally: SelectionTally },
): Promise<boolean> {
  for (let from = 0; from < ids.length; from += IDS) {
    ctx.signal.throwIfAborted();
    const asked = { cluster: ctx.cluster, ids: ids.slice(from, from + IDS) };
    const done = await ctx.guarded(async (tx) => {
      const added = await tx.jobs.addSelected(number, asked);
      return { added, goesOn: await tx.jobs.notePlanning(number, { done: 0, of: ids.length }) };
    });
    if (!done.goesOn) return false;
    tally.add(done.added);
  }
  return true;
}

type FilterSelection = Extract<DeadLetterSelection, { kind: "filter" }>;

async function freezeFilter(
  ctx: PlanCtx,
  number: number,
  { selection: { filter, frozen }, tally }: { selection: FilterSelection; tally: SelectionTally },
): Promise<boolean> {
  const { count, upTo } = frozen;
  if (count > MOST)
    throw new AppError(
      "selection_changed",
      "A job holds at most 20,000,000 dead letters: narrow the filter.",
    );
  const asked = { ...filter, cluster: ctx.cluster, messages: await readsMessages(ctx) };
  for (const first of await ctx.db.jobs.selectionParts(asked, PAGE))
    for (let part: SelectionPart | null = first; part !== null;) {
      ctx.signal.throwIfAborted();
      const page = { filter: asked, upTo, part, limit: PAGE };
      const done = await ctx.guarded(async (tx) => {
        const added = await tx.jobs.addPart(number, page);
        return { added, goesOn: await tx.jobs.notePlanning(number, { done: 0, of: count }) };
      });
      if (!done.goesOn) return false;
      tally.add(done.added);
      part = done.added.next;
    }
  if (tally.rows !== count)
    throw new AppError(
      "selection_changed",
      `The filter matched ${count} dead letters when it was frozen and matches ${tally.rows} of them now. Look again.`,
      { details: { frozen: count, count: tally.rows } },
    );
  return true;
}

/** A search looks at messages where no rule hides them, as it did when the filter was counted. */
async function readsMessages({ db, kafka, cluster }: PlanCtx): Promise<boolean> {
  const topics = await db.deadLetterTopics.list(cluster);
  return topics.every(({ topic }) => !kafka.records.maskOf(topic).error);
}
