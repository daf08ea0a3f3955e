import type { ShownRecord } from "#lib/domain/records/record.ts";

const EMPTY_RECORD = 300;

/** sizeOfShown is about how many bytes a record takes on its way to a reader. */
export function sizeOfShown({ key, value, headers }: ShownRecord): number {
  const ofHeaders = headers.reduce(
    (sum, each) => sum + 50 + each.name.length + (each.value?.text.length ?? 0),
    0,
  );
  return EMPTY_RECORD + (key?.text.length ?? 0) + (value?.text.length ?? 0) + ofHeaders;
}
