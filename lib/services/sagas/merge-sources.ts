import type { SagaSource, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import { AppError } from "#lib/services/app-error.ts";
import { askSources, type SourceFailure } from "#lib/services/sagas/sources.ts";

/** A place in the merged list: the time (epoch ms), the source, and the source's own order: type, saga id. */
export type OrderedPlace = readonly [at: number, source: string, type: string, sagaId: string];

/** A row with the time that its source orders it by. */
interface OrderedRow {
  readonly at: number;
  readonly row: SagaRow;
}

/**
 * readPage asks every source for a page and merges them: the last moved first, of one instant by source, and within a
 * source in its own order, since only its database knows how it compares texts.
 */
export async function readPage(
  sources: readonly SagaSource[],
  ask: (source: SagaSource) => Promise<SagaRow[]>,
): Promise<{ rows: OrderedRow[]; failures: SourceFailure[] }> {
  const { answers, failures } = await askSources(sources, ask);
  const rows = answers.flatMap(({ source, answer }) =>
    answer.map((row) => ({ at: timeOf(source, row), row })),
  );
  // A sort keeps the order of equals: that of their source.
  rows.sort((a, b) => b.at - a.at || compare(a.row.source, b.row.source));
  return { rows, failures };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A saga without the time that its source orders by comes last. */
const timeOf = ({ facts }: SagaSource, row: SagaRow): number =>
  (facts.orderedBy === "startedAt" ? row.startedAt : row.updatedAt) ?? 0;

/** placeInOrder is where a row stands. */
export function placeInOrder({ at, row }: OrderedRow): OrderedPlace {
  return [at, row.source, row.type, row.sagaId];
}

/** afterIn is the same place as one source sees it: of the place's own instant, sources before it are through. */
export function afterIn({ facts }: SagaSource, place: OrderedPlace | null): SourceQuery["after"] {
  if (place === null) return null;
  const [at, source, type, sagaId] = place;
  const order = compare(facts.id, source);
  if (order === 0) return { updatedAt: at, type, sagaId };
  // No type and no id is before every saga of its instant.
  return { updatedAt: order > 0 ? at : at - 1, type: "", sagaId: "" };
}

/** placeOfCursor checks the values of a cursor. Throws AppError `cursor_invalid`. */
export function placeOfCursor(values: readonly (string | number)[] | null): OrderedPlace | null {
  if (values === null) return null;
  const [at, source, type, sagaId] = values;
  const MOST = 8.64e15;
  if (typeof at !== "number" || !Number.isInteger(at) || Math.abs(at) > MOST)
    throw new AppError("cursor_invalid", "The cursor is malformed.");
  if (typeof source !== "string" || typeof type !== "string" || typeof sagaId !== "string")
    throw new AppError("cursor_invalid", "The cursor is malformed.");
  if (`${type}${sagaId}`.includes("\0")) throw new AppError("cursor_invalid", "The cursor is malformed.");
  return [at, source, type, sagaId];
}
