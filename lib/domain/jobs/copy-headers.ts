import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";
import { isFailureHeader } from "#lib/domain/jobs/failure-headers.ts";

/** A header as its bytes: names repeat, their order counts, a value may be null. */
export interface HeaderBytes {
  readonly name: Uint8Array;
  readonly value: Uint8Array | null;
}

/** LINEAGE_HEADERS: what every copy carries of where it comes from; replaced, never appended. */
export const LINEAGE_HEADERS = {
  redriveId: "sluice-redrive-id",
  job: "sluice-job",
  hop: "sluice-hop",
  origin: "sluice-origin",
  originTimestamp: "sluice-origin-timestamp",
} as const;

/** Where a record was first written, as its copy tells it. */
export interface CopyOrigin {
  /** `<topic id>:<partition>:<offset>`. */
  place: string;
  /** Its timestamp, epoch ms; null where nobody knows. */
  at: number | null;
}

/** What the lineage headers of one copy say. */
export interface CopyLineage {
  job: string;
  /** The row's number, or `<range>:<offset>`. */
  position: string;
  hop: number;
  /** Taken where the record carries no origin of an earlier copy. */
  origin: CopyOrigin;
}

const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/** headerName is a header's name as text; what is not UTF-8 reads U+FFFD and equals no name that is asked for. */
export const headerName = ({ name }: HeaderBytes): string => decoder.decode(name);

/** Names as bytes: the few that are asked for and written of every record. */
const NAME_BYTES = new Map<string, Uint8Array>();
const NAMES_KEPT = 100;

function nameBytes(name: string): Uint8Array {
  const known = NAME_BYTES.get(name);
  if (known !== undefined) return known;
  const bytes = encoder.encode(name);
  if (NAME_BYTES.size < NAMES_KEPT) NAME_BYTES.set(name, bytes);
  return bytes;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  // Names that are alike mostly differ at their ends.
  for (let at = one.length - 1; at >= 0; at -= 1) if (one[at] !== other[at]) return false;
  return true;
}

/** headerText is the text of the last header of a name; null where there is none, or its value is null. */
export function headerText(headers: readonly HeaderBytes[], name: string): string | null {
  // Bytes are compared: decoding every name for every question costs more than all else of a copy.
  const asked = nameBytes(name);
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const header = headers[at];
    if (header === undefined || !sameBytes(header.name, asked)) continue;
    return header.value === null ? null : decoder.decode(header.value);
  }
  return null;
}

/** headerOf makes a header of text; its name's bytes are shared. */
export const headerOf = (name: string, value: string): HeaderBytes => ({
  name: nameBytes(name),
  value: encoder.encode(value),
});

/**
 * withoutFailure is a dead letter's headers less those that tell of its failure: order, repeats, nulls and names that
 * are not UTF-8 are kept of all others. `generic` are the names of a home-made convention.
 */
export function withoutFailure(
  headers: readonly HeaderBytes[],
  dialect: DialectId,
  generic?: ReadonlySet<string>,
): HeaderBytes[] {
  return headers.filter((header) => !isFailureHeader(headerName(header), dialect, generic));
}

/**
 * withChanges drops and sets headers by name. What is set stands where the first of its name stood, else at the end,
 * and replaces all of that name; names that are set twice stand twice.
 */
export function withChanges(
  headers: readonly HeaderBytes[],
  { set, drop }: { set: readonly { name: string; value: string }[]; drop: readonly string[] },
): HeaderBytes[] {
  if (set.length === 0 && drop.length === 0) return [...headers];
  const dropped = new Set(drop);
  const waiting = new Map<string, HeaderBytes[]>();
  for (const { name, value } of set) waiting.set(name, [...(waiting.get(name) ?? []), headerOf(name, value)]);
  const replaced = new Set(waiting.keys());
  const kept = headers.flatMap((header) => {
    const name = headerName(header);
    if (!replaced.has(name)) return dropped.has(name) ? [] : [header];
    const first = waiting.get(name) ?? [];
    waiting.delete(name);
    return first;
  });
  return [...kept, ...[...waiting.values()].flat()];
}

/** nextHop is the hop of a record's next copy: one more than its header and what is stored of it tell. */
export function nextHop(headers: readonly HeaderBytes[], stored: number): number {
  const told = headerText(headers, LINEAGE_HEADERS.hop) ?? "";
  const header = /^\d{1,6}$/.test(told) ? Number(told) : 0;
  return Math.max(header, stored) + 1;
}

const LINEAGE: readonly Uint8Array[] = Object.values(LINEAGE_HEADERS).map(nameBytes);
const isLineage = ({ name }: HeaderBytes): boolean => LINEAGE.some((each) => sameBytes(each, name));

/**
 * withLineage replaces the lineage headers: those that stand are taken out, and the copy's own stand at the end. A
 * record that is a copy already keeps the origin that it tells.
 */
export function withLineage(headers: readonly HeaderBytes[], lineage: CopyLineage): HeaderBytes[] {
  const { redriveId, job, hop, origin, originTimestamp } = LINEAGE_HEADERS;
  const { place, at } = originTold(headers) ?? lineage.origin;
  return [
    ...headers.filter((header) => !isLineage(header)),
    headerOf(redriveId, `${lineage.job}:${lineage.position}`),
    headerOf(job, lineage.job),
    headerOf(hop, String(lineage.hop)),
    headerOf(origin, place),
    ...(at === null ? [] : [headerOf(originTimestamp, String(at))]),
  ];
}

function originTold(headers: readonly HeaderBytes[]): CopyOrigin | null {
  const place = headerText(headers, LINEAGE_HEADERS.origin);
  if (place === null || !/^[0-9a-f-]{36}:\d{1,10}:\d{1,19}$/.test(place)) return null;
  const at = headerText(headers, LINEAGE_HEADERS.originTimestamp);
  return { place, at: at !== null && /^\d{1,15}$/.test(at) ? Number(at) : null };
}
