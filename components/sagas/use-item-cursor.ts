"use client";

import { useState, type KeyboardEvent } from "react";

import type { TimelineItem } from "./timeline-items.ts";

/** What the items of a timeline call; the same functions for as long as it stands, so that an item is drawn once. */
export interface ItemActions {
  visit: (id: string) => void;
  /** The pointer is over an item; null when it left. */
  point: (id: string | null) => void;
  keyDown: (event: KeyboardEvent) => void;
}

/** One item of a timeline takes Tab; arrows, j and k, Home and End move between them in the order of time. */
export function useItemCursor(items: readonly TimelineItem[]) {
  const [visitedId, visit] = useState<string | null>(null);
  const [pointedId, point] = useState<string | null>(null);
  const [actions] = useState<ItemActions>(() => ({
    visit,
    point,
    keyDown: (event) => {
      const to = event.ctrlKey || event.metaKey || event.altKey ? undefined : MOVES[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      go(event.currentTarget, to);
    },
  }));
  const visited = items.find(({ id }) => id === visitedId) ?? null;
  return {
    actions,
    /** The item that takes Tab: the one last visited, else the first. */
    tabId: visited?.id ?? items[0]?.id ?? null,
    /** The item pointed at, else the one last visited; null before any was. */
    shown: items.find(({ id }) => id === pointedId) ?? visited,
  };
}

type Move = "next" | "previous" | "first" | "last";

const MOVES: Readonly<Partial<Record<string, Move>>> = {
  ...{ ArrowRight: "next", ArrowDown: "next", j: "next" },
  ...{ ArrowLeft: "previous", ArrowUp: "previous", k: "previous" },
  ...{ Home: "first", End: "last" },
};

/** Focuses another item of the same timeline; their order in time stands in `data-order`. */
function go(from: Element, to: Move): void {
  const all = [
    ...(from.closest("[data-timeline]")?.querySelectorAll<HTMLElement>("[data-order]") ?? []),
  ].sort((a, b) => Number(a.dataset["order"]) - Number(b.dataset["order"]));
  const here = all.findIndex((item) => item === from);
  const index = { next: here + 1, previous: here - 1, first: 0, last: all.length - 1 }[to];
  all[Math.min(all.length - 1, Math.max(0, index))]?.focus();
}
