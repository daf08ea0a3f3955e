"use client";

import { clsx } from "clsx";
import {
  Circle,
  CircleAlert,
  Clock,
  Copy,
  Dot,
  Flag,
  Hourglass,
  Pause,
  Play,
  RotateCcw,
  User,
  type LucideIcon,
} from "lucide-react";
import { memo, type CSSProperties, type ReactNode } from "react";

import { TONE_FILL, TONE_SURFACE, TONE_TEXT } from "#components/ui/tone.ts";
import type { JournalKind } from "#lib/domain/sagas/saga.ts";

import { ENTRY_WORDS } from "./saga-words.ts";
import { barTone, type TimelineItem } from "./timeline-items.ts";
import { percent } from "./timeline-measures.ts";
import type { ItemActions } from "./use-item-cursor.ts";

interface ItemProps {
  item: TimelineItem;
  /** Its place in the order of time. */
  order: number;
  past: number;
  toCome: number;
  tabbed: boolean;
  shown: boolean;
  actions: ItemActions;
}

/** One bar, mark or outline of a timeline; its name says what it is, the detail below says all. */
export const TimelineItemButton = memo(PlainItem);

const MARK_ICON: Readonly<Record<JournalKind, LucideIcon>> = {
  started: Play,
  "command-sent": Dot,
  reply: Circle,
  refused: CircleAlert,
  timeout: Hourglass,
  "compensation-sent": RotateCcw,
  compensated: RotateCcw,
  event: Circle,
  duplicate: Copy,
  late: Clock,
  parked: Pause,
  operator: User,
  ended: Flag,
  note: Dot,
};

function PlainItem({ item, order, past, toCome, tabbed, shown, actions }: ItemProps) {
  const { style, className, content } = lookOf(item, past, toCome);
  return (
    <button
      type="button"
      data-order={order}
      aria-label={item.label}
      tabIndex={tabbed ? 0 : -1}
      onFocus={() => actions.visit(item.id)}
      onClick={() => actions.visit(item.id)}
      onPointerEnter={() => actions.point(item.id)}
      onPointerLeave={() => actions.point(null)}
      onKeyDown={actions.keyDown}
      className={clsx(
        "absolute flex items-center justify-center",
        className,
        shown && "ring-accent z-10 ring-2",
      )}
      style={style}
    >
      {content}
    </button>
  );
}

interface Look {
  style: CSSProperties;
  className: string;
  content: ReactNode;
}

function lookOf(item: TimelineItem, past: number, toCome: number): Look {
  if (item.bar !== null) return barLook(item, past);
  if (item.mark !== null) return markLook(item.mark.kind, item.from * past, item.dense);
  return toComeLook(item, past, toCome);
}

function barLook({ bar, from, to, ticks, note, dense }: TimelineItem, past: number): Look {
  if (bar === null) return { style: {}, className: "", content: null };
  const tone = barTone(bar);
  const width = Math.max(0, to - from);
  return {
    style: { left: percent(from * past), width: `max(${dense ? 2 : 6}px, ${percent(width * past)})` },
    className: clsx(
      "inset-y-1.5 overflow-hidden rounded-sm border",
      TONE_SURFACE[tone],
      bar.toAt === null && "border-r-0 border-dashed",
      bar.kind === "compensation" && "border-double",
    ),
    content: (
      <>
        {ticks.map(({ seq, timeout, place }) => (
          <span
            key={seq}
            aria-hidden
            className={clsx(
              "absolute inset-y-0.5",
              timeout ? "border-warning border-l-2" : "border-l border-current opacity-60",
            )}
            style={{ left: percent(place) }}
          />
        ))}
        {bar.kind === "compensation" && <RotateCcw aria-hidden size={11} className="shrink-0" />}
        {note?.within === true && (
          <span className="tabular ml-1 truncate text-[11px] leading-none">{note.words}</span>
        )}
      </>
    ),
  };
}

function markLook(kind: JournalKind, place: number, dense: boolean): Look {
  const Icon = MARK_ICON[kind];
  const { tone } = ENTRY_WORDS[kind];
  if (dense) {
    return {
      style: { left: percent(place) },
      className: clsx("inset-y-2.5 w-0.5 -translate-x-1/2", TONE_FILL[tone]),
      content: null,
    };
  }
  return {
    style: { left: percent(place) },
    className: clsx(
      "bg-raised top-1/2 size-4 -translate-x-1/2 -translate-y-1/2 rounded-full",
      TONE_TEXT[tone],
    ),
    content: <Icon aria-hidden size={12} strokeWidth={2.25} />,
  };
}

function toComeLook({ toCome }: TimelineItem, past: number, total: number): Look {
  const share = (1 - past) / Math.max(1, total);
  const order = toCome?.order ?? 0;
  return {
    style: { left: percent(past + order * share + share * 0.12), width: percent(share * 0.76) },
    className: clsx(
      "inset-y-1.5 rounded-sm border border-dashed",
      toCome?.kind === "compensation" ? "border-warning text-warning" : "border-line-strong text-muted",
    ),
    content: toCome?.kind === "compensation" ? <RotateCcw aria-hidden size={11} /> : null,
  };
}
