"use client";

import { useCallback, useSyncExternalStore } from "react";

/** From here on, px, there is room for more than the columns that everybody needs. */
const WIDE_PX = 1240;

/** While a window's width is not known, it is taken for a common one. */
const ASSUMED_PX = 1440;

/** Whether the window is at least so wide. */
export function useWide(fromPx = WIDE_PX): boolean {
  const media = `(min-width: ${fromPx}px)`;
  const subscribe = useCallback(
    (listener: () => void) => {
      const query = window.matchMedia(media);
      query.addEventListener("change", listener);
      return () => {
        query.removeEventListener("change", listener);
      };
    },
    [media],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(media).matches,
    () => fromPx <= ASSUMED_PX,
  );
}
