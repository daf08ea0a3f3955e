import type { RangeEdge } from "#lib/domain/jobs/job-source.ts";

import type { EdgeDraft } from "./job-draft.ts";

const MOST_PARTITIONS = 10_000;

/** edgeOf makes an edge of a range of what was written, or says what is wrong with it. */
export function edgeOf({ kind, value }: EdgeDraft): { edge: RangeEdge } | { fault: string } {
  switch (kind) {
    case "start":
    case "end":
      return { edge: { kind } };
    case "offset":
      return /^\d{1,18}$/.test(value.trim())
        ? { edge: { kind: "offset", offset: BigInt(value.trim()) } }
        : { fault: "Give an offset: a whole number, 0 or more." };
    case "time": {
      const at = Date.parse(value);
      return Number.isNaN(at) ? { fault: "Give a date and a time." } : { edge: { kind: "time", at } };
    }
  }
}

/** edgeDraft reads an edge out of an address: `offset:12`, `at:2026-11-22T10:00:00.000Z`; anything else is `open`. */
export function edgeDraft(text: string | null, open: "start" | "end"): EdgeDraft {
  const [, kind, value] = /^(offset|at):(.+)$/.exec(text ?? "") ?? [];
  if (kind === "offset" && value !== undefined) return { kind: "offset", value };
  const at = kind === "at" && value !== undefined ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? { kind: open, value: "" } : { kind: "time", value: localText(at) };
}

/** As `<input type="datetime-local">` wants it, in the viewer's zone, with seconds. */
function localText(at: number): string {
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 19);
}

/** partitionsOf reads `0, 2, 5-7`; null for nothing, which is all of them. */
export function partitionsOf(text: string): number[] | null | "fault" {
  const numbers = new Set<number>();
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [, from, to] = /^(\d{1,6})(?:\s*-\s*(\d{1,6}))?$/.exec(part) ?? [];
    const last = Number(to ?? from);
    if (from === undefined || last < Number(from) || last - Number(from) > MOST_PARTITIONS) return "fault";
    for (let each = Number(from); each <= last; each += 1) numbers.add(each);
  }
  return numbers.size === 0 ? null : [...numbers].sort((a, b) => a - b);
}

/** linesOf are the lines that hold something, each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}
