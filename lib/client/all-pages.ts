/** The greatest page that a list answers. */
export const WHOLE_PAGE_ROWS = 500;

/** One page of a list. */
interface Page<Row> {
  items: readonly Row[];
  /** null on the last page. */
  nextCursor: string | null;
}

/**
 * allPages reads a list to its end by its cursor. `keyOf` names a row: one whose rank rose between two pages stands
 * on both, and counts once. Rejects as `readPage` does.
 */
export async function allPages<Row>(
  readPage: (cursor: string | undefined) => Promise<Page<Row>>,
  keyOf: (row: Row) => string,
): Promise<Row[]> {
  const byKey = new Map<string, Row>();
  let cursor: string | undefined;
  do {
    const page: Page<Row> = await readPage(cursor);
    for (const row of page.items) if (!byKey.has(keyOf(row))) byKey.set(keyOf(row), row);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return [...byKey.values()];
}
