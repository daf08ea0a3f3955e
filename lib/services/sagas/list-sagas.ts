import type { SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { listSagas as contract } from "#lib/contracts/sagas.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";
import {
  afterIn,
  placeInOrder,
  placeOfCursor,
  readPage,
  type OrderedPlace,
} from "#lib/services/sagas/merge-sources.ts";
import { refineStuck } from "#lib/services/sagas/refine-stuck.ts";
import { searchable, showRows } from "#lib/services/sagas/show-saga.ts";
import { sagaSources, unknownSource, type SourceFailure } from "#lib/services/sagas/sources.ts";

type Filter = Omit<SourceQuery, "after" | "limit">;

/** How many sagas one answer looks at in search of a reason that only evidence tells. */
const LOOKED_AT = 200;
const ROUND = 50;

/** listSagas answers a page of the sagas of every source, the last moved first. Throws `cursor_invalid`. */
export async function listSagas(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { cursor, limit, source, ...filter } = input.query;
  const listed = { list: "sagas", source, ...filter };
  const after = placeOfCursor(decodeCursor(cursor, listed, 4));
  const named = sagaSources(ctx, source);
  const { sources, failures } =
    filter.text === undefined ? { sources: named, failures: [] } : await searchable(ctx, named);
  const page =
    filter.stuck === undefined
      ? await pageOf(ctx, { sources, filter, after, limit })
      : await pageByReason(ctx, { sources, filter, after, limit });
  return {
    items: showRows(ctx, page.rows),
    nextCursor: page.next === null ? null : encodeCursor(listed, page.next),
    observedAt: ctx.now(),
    failures: [...unknownSource(named, source), ...failures, ...page.failures],
    textLimited: filter.text !== undefined,
  };
}

interface Asked {
  readonly sources: ReturnType<typeof sagaSources>;
  readonly filter: Filter;
  readonly after: OrderedPlace | null;
  readonly limit: number;
}

interface Page {
  readonly rows: SagaRow[];
  /** Where each row stands. */
  readonly places: OrderedPlace[];
  /** Where the next page begins; null on the last. */
  readonly next: OrderedPlace | null;
  readonly failures: SourceFailure[];
}

/** A page as the sources tell it, with the reasons of its stuck sagas from evidence. */
async function pageOf(ctx: Ctx, { sources, filter, after, limit }: Asked): Promise<Page> {
  const { rows, failures } = await readPage(sources, (source) =>
    source.list({ ...filter, after: afterIn(source, after), limit: limit + 1 }, ctx.signal),
  );
  const shown = rows.slice(0, limit);
  const places = shown.map(placeInOrder);
  const refined = await refineStuck(
    ctx,
    shown.map(({ row }) => row),
  );
  return {
    rows: refined.rows,
    places,
    next: rows.length > limit ? (places.at(-1) ?? null) : null,
    failures: [...failures, ...refined.failures],
  };
}

/**
 * A page of the sagas that are stuck for one reason. Most reasons stand in evidence, which sources do not see: so many
 * stuck sagas are looked at, and a page may be shorter than asked for and not the last.
 */
async function pageByReason(
  ctx: Ctx,
  { sources, filter, after, limit }: Asked,
): Promise<Omit<Page, "places">> {
  const found: { row: SagaRow; place: OrderedPlace | null }[] = [];
  const failures = new Map<string, SourceFailure>();
  let next = after;
  for (let looked = 0; looked < LOOKED_AT && found.length <= limit; looked += ROUND) {
    const page = await pageOf(ctx, { sources, filter, after: next, limit: ROUND });
    for (const failure of page.failures) failures.set(failure.subject, failure);
    for (const [index, row] of page.rows.entries())
      if (row.stuck?.kind === filter.stuck) found.push({ row, place: page.places[index] ?? null });
    next = page.next;
    if (next === null) break;
  }
  const rows = found.slice(0, limit).map(({ row }) => row);
  const last = found[limit - 1];
  // What was found beyond the page is found again by the next one.
  const cut = found.length > limit && last !== undefined ? last.place : next;
  return { rows, next: cut, failures: [...failures.values()] };
}
