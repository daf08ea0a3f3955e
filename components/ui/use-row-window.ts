import { useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";

import { ROW_HEIGHT_PX } from "./density.ts";
import { useDensity } from "./use-density.ts";

/** Lists longer than this draw only the rows in view. */
export const WINDOWED_FROM_ROWS = 200;

interface RowWindow {
  /** Indexes to draw, in order. */
  indexes: readonly number[];
  /** Empty space above and below them, px. */
  beforePx: number;
  afterPx: number;
  scrollTo: (index: number) => void;
}

/** The part of a list of fixed-height rows that is in view, with a margin; all of it up to 200 rows. */
export function useRowWindow(rowCount: number, scroller: RefObject<HTMLElement | null>): RowWindow {
  const heightPx = ROW_HEIGHT_PX[useDensity()];
  const windowed = rowCount > WINDOWED_FROM_ROWS;
  // eslint-disable-next-line react-hooks/incompatible-library -- its results stay in this hook and are never memoised
  const virtual = useVirtualizer({
    count: rowCount,
    enabled: windowed,
    getScrollElement: () => scroller.current,
    estimateSize: () => heightPx,
    overscan: 12,
  });
  if (!windowed) {
    return {
      indexes: Array.from({ length: rowCount }, (_, index) => index),
      beforePx: 0,
      afterPx: 0,
      scrollTo: () => undefined,
    };
  }
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  return {
    indexes: items.map((item) => item.index),
    beforePx: first === undefined ? 0 : first.index * heightPx,
    afterPx: last === undefined ? rowCount * heightPx : (rowCount - 1 - last.index) * heightPx,
    scrollTo: (index) => {
      virtual.scrollToIndex(index, { align: "auto" });
    },
  };
}
