import type { SagaRow } from "#lib/domain/sagas/saga.ts";

/** Sagas of one type that stand at one step. */
export interface Standing {
  readonly type: string;
  readonly step: string | null;
  readonly count: number;
  /** The console's id of the first of them. */
  readonly example: string;
}

/** standingOf counts sagas by type and step, most first. */
export function standingOf(rows: readonly Pick<SagaRow, "id" | "type" | "step">[]): Standing[] {
  const counts = new Map<string, Standing>();
  for (const { id, type, step } of rows) {
    const key = JSON.stringify([type, step]);
    const { count, example } = counts.get(key) ?? { count: 0, example: id };
    counts.set(key, { type, step, count: count + 1, example });
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || a.type.localeCompare(b.type) || (a.step ?? "").localeCompare(b.step ?? ""),
  );
}

/** sagasPhrase writes a number of sagas: `1 saga`, `12 sagas`. */
export const sagasPhrase = (count: number): string => `${count} ${count === 1 ? "saga" : "sagas"}`;
