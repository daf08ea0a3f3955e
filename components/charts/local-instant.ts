/** localText is an instant as a `datetime-local` field writes it, in the viewer's zone: `2026-11-22T10:42:07`. */
export function localText(at: number): string {
  const zoneMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - zoneMs).toISOString().slice(0, 19);
}

/** instantOf reads what such a field holds, epoch ms; null where it is empty or no date. */
export function instantOf(text: string): number | null {
  const at = text === "" ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? null : at;
}
