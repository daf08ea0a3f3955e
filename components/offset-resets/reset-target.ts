import type { ResetScope, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";

/** TARGET_KINDS: what a form offers, in its order. An undo begins at the reset that it takes back. */
export const TARGET_KINDS = [
  "earliest",
  "latest",
  "time",
  "ago",
  "offset",
  "shift",
  "group",
  "snapshot",
  "none",
  "delete-group",
] as const;
export type FormTargetKind = (typeof TARGET_KINDS)[number];

/** TARGET_OPTIONS are the words of the choice. */
export const TARGET_OPTIONS: readonly { value: FormTargetKind; label: string; hint: string }[] = [
  {
    value: "earliest",
    label: "The earliest record",
    hint: "Everything that Kafka still keeps is read again.",
  },
  { value: "latest", label: "The latest record", hint: "What waits is skipped." },
  { value: "time", label: "A time", hint: "The first record at or after it." },
  { value: "ago", label: "A while ago", hint: "The first record of the last minutes, hours or days." },
  { value: "offset", label: "An offset", hint: "The same on every partition of the scope." },
  { value: "shift", label: "Forward or back by records", hint: "From each commit; negative is back." },
  { value: "group", label: "Where another group is", hint: "Its commits, as they are now." },
  {
    value: "snapshot",
    label: "A saved snapshot",
    hint: "The commits as they were kept, “no commit” included.",
  },
  {
    value: "none",
    label: "No commit",
    hint: "Deletes the commits; auto.offset.reset decides where it begins.",
  },
  { value: "delete-group", label: "Delete the group", hint: "With all its commits." },
];

/** AGO_UNITS: the units of a duration, in ms. */
export const AGO_UNITS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
export type AgoUnit = keyof typeof AGO_UNITS;

/** What was written into the form. */
export interface TargetFields {
  kind: FormTargetKind;
  /** As `<input type="datetime-local">` gives it, in the viewer's zone. */
  time: string;
  ago: string;
  agoUnit: AgoUnit;
  offset: string;
  shift: string;
  group: string;
  snapshot: string;
}

/** targetOf makes a target of what was written, or says what is wrong with it. */
export function targetOf(fields: TargetFields): { target: ResetTarget } | { fault: string } {
  switch (fields.kind) {
    case "earliest":
    case "latest":
    case "none":
    case "delete-group":
      return { target: { kind: fields.kind } };
    case "time": {
      const at = Date.parse(fields.time);
      return Number.isNaN(at) ? { fault: "Give a date and a time." } : { target: { kind: "time", at } };
    }
    case "ago": {
      const ms = Number(fields.ago) * AGO_UNITS[fields.agoUnit];
      const fine = fields.ago.trim() !== "" && Number.isFinite(ms) && ms > 0;
      return fine ? { target: { kind: "ago", ms: Math.round(ms) } } : { fault: "Give a number above 0." };
    }
    case "offset":
      return /^\d{1,18}$/.test(fields.offset.trim())
        ? { target: { kind: "offset", offset: BigInt(fields.offset.trim()) } }
        : { fault: "Give an offset: a whole number, 0 or more." };
    case "shift": {
      const by = Number(fields.shift);
      const fine = /^[+-]?\d+$/.test(fields.shift.trim()) && by !== 0 && Number.isSafeInteger(by);
      return fine
        ? { target: { kind: "shift", by } }
        : { fault: "Give a whole number other than 0; negative is back." };
    }
    case "group":
      return fields.group === ""
        ? { fault: "Name the group whose commits are taken." }
        : { target: { kind: "group", group: fields.group } };
    case "snapshot":
      return fields.snapshot === ""
        ? { fault: "Choose a snapshot. None is there? Save one on the Changes tab of the group." }
        : { target: { kind: "snapshot", id: fields.snapshot } };
  }
}

/** What was chosen as the scope. `partitions` is text such as `0, 2, 5-7`, of one topic. */
export interface ScopeFields {
  kind: ResetScope["kind"];
  topics: readonly string[];
  topic: string;
  partitions: string;
}

/** scopeOf makes a scope of what was chosen, or says what is wrong with it. */
export function scopeOf(fields: ScopeFields): { scope: ResetScope } | { fault: string } {
  switch (fields.kind) {
    case "all":
      return { scope: { kind: "all" } };
    case "topics":
      return fields.topics.length === 0
        ? { fault: "Tick one topic at least." }
        : { scope: { kind: "topics", topics: [...fields.topics] } };
    case "partitions": {
      const numbers = partitionNumbers(fields.partitions);
      if (fields.topic === "") return { fault: "Choose the topic." };
      if (numbers === null || numbers.length === 0) return { fault: "Write partitions as 0, 2, 5-7." };
      const partitions = numbers.map((partition) => ({ topic: fields.topic, partition }));
      return { scope: { kind: "partitions", partitions } };
    }
  }
}

const MOST_PARTITIONS = 10_000;

/** partitionNumbers reads `0, 2, 5-7`; null for anything else. */
export function partitionNumbers(text: string): number[] | null {
  const numbers = new Set<number>();
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [, from, to] = /^(\d{1,6})(?:\s*-\s*(\d{1,6}))?$/.exec(part) ?? [];
    if (from === undefined) return null;
    const last = Number(to ?? from);
    if (last < Number(from) || last - Number(from) > MOST_PARTITIONS) return null;
    for (let each = Number(from); each <= last; each += 1) numbers.add(each);
  }
  return [...numbers].sort((a, b) => a - b);
}
