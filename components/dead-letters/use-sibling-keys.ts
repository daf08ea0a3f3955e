import { useEffect, useEffectEvent } from "react";

import { isTyping } from "#components/ui/is-typing.ts";

/** Things that take the arrows for themselves. */
const TAKES_ARROWS =
  "pre,table,[role=grid],[role=tablist],[role=tree],[role=dialog],[role=region],[role=group],[role=menu]";

/** The left arrow goes to the newer neighbour, the right one to the older, unless something else takes the arrows. */
export function useSiblingKeys(go: (to: "newer" | "older") => void): void {
  const onArrow = useEffectEvent(go);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (isTyping(event.target)) return;
      if (event.target instanceof Element && event.target.closest(TAKES_ARROWS) !== null) return;
      onArrow(event.key === "ArrowLeft" ? "newer" : "older");
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}
