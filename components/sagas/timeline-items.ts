import { formatClock } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import { placeOf, type TimeScale } from "#lib/domain/sagas/time-scale.ts";
import type { TimedEntry, TimelineBar } from "#lib/domain/sagas/timeline-bars.ts";
import type { Timeline, TimelineRow } from "#lib/domain/sagas/timeline.ts";

/** One thing on the timeline that can be pointed at. Places are from 0 to 1 of what has passed. */
export interface TimelineItem {
  readonly id: string;
  /** The step it is of; null for what belongs to none. */
  readonly step: string | null;
  readonly kind: "bar" | "mark" | "to-come";
  readonly from: number;
  readonly to: number;
  /** What it is, for a screen reader and the detail: `charge: done in 1.2 s`. */
  readonly label: string;
  readonly bar: TimelineBar | null;
  /** Resends and timeouts within a bar, from 0 to 1 of its width. */
  readonly ticks: readonly { readonly seq: number; readonly timeout: boolean; readonly place: number }[];
  readonly mark: TimedEntry | null;
  /** One of so many in its row that it is drawn thin. */
  readonly dense: boolean;
  /** How long it took, where it is drawn: within a wide bar, behind one with room, or not at all. */
  readonly note: { readonly words: string; readonly within: boolean } | null;
  readonly toCome: TimelineRow["toCome"];
}

/** A row as it is drawn. */
export interface DrawnRow {
  readonly id: string;
  readonly row: TimelineRow;
  readonly items: readonly TimelineItem[];
  /** Where its timer ends: a place from 0 to 1 once it has, `ahead` before; null without one. */
  readonly due: { readonly at: number; readonly place: number | "ahead" } | null;
}

/** A lane as it is drawn. */
export interface DrawnLane {
  readonly id: string;
  readonly service: string | null;
  readonly rows: readonly DrawnRow[];
}

interface Words {
  readonly entry: (entry: TimedEntry) => string;
}

const OUTCOME_WORDS: Readonly<Record<TimelineBar["outcome"], string>> = {
  "under-way": "under way for",
  done: "done in",
  failed: "failed after",
  left: "left without an answer after",
};

/** barTone is the tone of a bar: amber for what is undone, red for what failed. */
export function barTone({ kind, outcome }: Pick<TimelineBar, "kind" | "outcome">): Tone {
  if (outcome === "failed") return "critical";
  if (outcome === "left") return "neutral";
  if (kind === "compensation") return "warning";
  return outcome === "done" ? "ok" : "notice";
}

/** barWords say what became of a piece of work and how long it took; `nowAt` is the clock of an open one. */
function barWords(bar: TimelineBar, nowAt: number | null): string {
  const name = bar.kind === "compensation" ? "compensation " : "";
  if (!bar.beginKnown) return `${name}${bar.outcome}; its begin is not known`;
  const untilAt = bar.toAt ?? nowAt ?? bar.fromAt;
  const resends = bar.entries.filter(({ kind }) => kind === "command-sent" || kind === "compensation-sent");
  const times = resends.length > 1 ? `, sent ${resends.length} times` : "";
  return `${name}${OUTCOME_WORDS[bar.outcome]} ${formatDuration(untilAt - bar.fromAt)}${times}`;
}

/** drawnLanes lays a timeline out on a scale; `entryWord` names an entry of the journal. */
export function drawnLanes(timeline: Timeline, scale: TimeScale, entryWord: Words["entry"]): DrawnLane[] {
  return timeline.lanes.map(({ service, rows }) => {
    const id = service === null ? "?" : `service ${service}`;
    const drawn = rows.map((row, index): DrawnRow => {
      const rowId = `${id} ${index}`;
      return {
        ...{ id: rowId, row },
        items: itemsOf({ row, rowId, scale, nowAt: timeline.nowAt, entryWord }),
        due: dueOf(row.dueAt, scale, timeline.nowAt),
      };
    });
    return { id, service, rows: drawn };
  });
}

function dueOf(at: number | null, scale: TimeScale, nowAt: number | null): DrawnRow["due"] {
  if (at === null) return null;
  return { at, place: nowAt !== null && at > nowAt ? "ahead" : placeOf(scale, at) };
}

interface RowInput {
  row: TimelineRow;
  rowId: string;
  scale: TimeScale;
  nowAt: number | null;
  entryWord: Words["entry"];
}

function itemsOf({ row, rowId, scale, nowAt, entryWord }: RowInput): TimelineItem[] {
  const title = row.step === null ? "" : `${row.step}: `;
  const dense = row.bars.length + row.marks.length > MOST_WIDE;
  const nothing = { step: row.step, dense, bar: null, ticks: [], mark: null, note: null, toCome: null };
  const bars = row.bars.map((bar): TimelineItem => {
    const from = placeOf(scale, bar.fromAt);
    const to = placeOf(scale, bar.toAt ?? nowAt ?? bar.fromAt);
    return {
      ...{ ...nothing, kind: "bar", id: `bar ${rowId} ${bar.id}`, bar, from, to },
      ticks: ticksOf(bar, (at) => (placeOf(scale, at) - from) / (to - from)),
      label: `${title}${barWords(bar, nowAt)}`,
    };
  });
  const marks = row.marks.map((mark): TimelineItem => {
    const place = placeOf(scale, mark.at);
    return {
      ...{ ...nothing, kind: "mark", id: `mark ${mark.seq}`, mark, from: place, to: place },
      label: `${title}${entryWord(mark)} at ${formatClock(mark.at)}`,
    };
  });
  const places = [...bars.slice(1), ...marks].map(({ from }) => from);
  const noted = bars.map((bar) => ({ ...bar, note: noteOf(bar, places, nowAt) }));
  const toCome: TimelineItem[] =
    row.toCome === null
      ? []
      : [
          {
            ...{ ...nothing, kind: "to-come", id: `to come ${rowId}`, toCome: row.toCome, from: 1, to: 1 },
            label: `${title}${row.toCome.kind === "compensation" ? "compensation " : ""}to come`,
          },
        ];
  return [...noted, ...marks, ...toCome];
}

/** More bars and marks than these in a row are drawn thin. */
const MOST_WIDE = 60;
/** A note takes about this much of the line. */
const NOTE_SHARE = 0.07;

/** The duration of a bar, where there is room for it: nothing else may begin there. */
function noteOf(
  { bar, from, to }: TimelineItem,
  places: readonly number[],
  nowAt: number | null,
): TimelineItem["note"] {
  if (bar?.beginKnown !== true) return null;
  const words = formatDuration((bar.toAt ?? nowAt ?? bar.fromAt) - bar.fromAt);
  if (to - from >= NOTE_SHARE) return { words, within: true };
  const free =
    to + NOTE_SHARE <= 1 &&
    !places.some((place) => place >= from && place < to + NOTE_SHARE && place !== from);
  return free ? { words, within: false } : null;
}

/** What happened between the command and the answer of a bar. */
function ticksOf(
  { entries, toAt, fromAt }: TimelineBar,
  placeIn: (at: number) => number,
): TimelineItem["ticks"] {
  const between = entries.slice(1, toAt === null ? undefined : -1).filter(({ at }) => at > fromAt);
  return between.map(({ seq, at, kind }) => ({ seq, timeout: kind === "timeout", place: placeIn(at) }));
}

/** inOrder are all items as one walks through them: by time, what is to come last. */
export function inOrder(lanes: readonly DrawnLane[]): TimelineItem[] {
  const items = lanes.flatMap(({ rows }) => rows.flatMap((row) => row.items));
  return items.sort(
    (a, b) => a.from - b.from || (a.toCome?.order ?? -1) - (b.toCome?.order ?? -1) || a.to - b.to,
  );
}
