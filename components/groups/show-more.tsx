"use client";

import { useEffect, useEffectEvent, useRef } from "react";

import { LoadMore } from "#components/ui/load-more.tsx";

interface ShowMoreProps {
  /** Rows on hand. */
  shown: number;
  /** The next page is under way. */
  busy: boolean;
  /** Something of the list is under way, be it the next page or the rows on hand anew: nothing more is asked for then. */
  fetching: boolean;
  /** Asks for the next page: when the end of the list comes into view, and on a click. */
  onMore: () => void;
}

/** The foot of the list of groups while there are more pages: it reads on as it comes into view. */
export function ShowMore({ shown, busy, fetching, onMore }: ShowMoreProps) {
  const foot = useRef<HTMLDivElement>(null);
  const near = useEffectEvent(onMore);
  useEffect(() => {
    const element = foot.current;
    if (element === null || fetching) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) near();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [shown, fetching]);
  return (
    <div ref={foot}>
      <LoadMore shown={shown} noun="groups" more busy={busy} onMore={onMore} />
    </div>
  );
}
