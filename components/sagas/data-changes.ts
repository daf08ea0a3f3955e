import type { SagaEntry } from "#lib/domain/sagas/saga.ts";

/** DataChange is an entry of the journal that changed the data. */
export interface DataChange {
  readonly entry: SagaEntry;
  /** undefined before the first. */
  readonly before: unknown;
  readonly after: unknown;
}

/** dataChanges are the entries after which the data was another, oldest first. */
export function dataChanges(journal: readonly SagaEntry[]): DataChange[] {
  const changes: DataChange[] = [];
  let before: unknown = undefined;
  for (const entry of journal) {
    if (entry.data === undefined || entry.data === null) continue;
    if (changes.length === 0 || JSON.stringify(before) !== JSON.stringify(entry.data))
      changes.push({ entry, before, after: entry.data });
    before = entry.data;
  }
  return changes;
}

/** dataLines writes data as lines for a diff: indented JSON with its names sorted, so that their order is no change. */
export function dataLines(data: unknown): string[] {
  return JSON.stringify(sorted(data), null, 2).split("\n");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map(([name, inner]) => [name, sorted(inner)]));
}
