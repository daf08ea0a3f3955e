/** RedriveId is what `sluice-redrive-id` tells: the job whose copy it is, and which. */
export type RedriveId =
  { job: string; kind: "row"; seq: bigint } | { job: string; kind: "range"; range: number; offset: bigint };

const ROW = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,18})$/;
const RANGE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,9}):(\d{1,18})$/;

/** redriveIdOf reads a `sluice-redrive-id`; null where it is none. */
export function redriveIdOf(text: string): RedriveId | null {
  const row = ROW.exec(text);
  if (row !== null) return { job: row[1] ?? "", kind: "row", seq: BigInt(row[2] ?? "0") };
  const range = RANGE.exec(text);
  if (range === null) return null;
  return {
    ...{ job: range[1] ?? "", kind: "range" },
    ...{ range: Number(range[2]), offset: BigInt(range[3] ?? "0") },
  };
}
