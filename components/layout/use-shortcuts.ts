import { useEffect, useEffectEvent } from "react";

import { isTyping } from "#components/ui/is-typing.ts";

interface Shortcuts {
  /** `g`, then a letter. */
  onGo: (letter: string) => void;
  /** Ctrl or Cmd and K. */
  onPalette: () => void;
  /** `?`. */
  onHelp: () => void;
}

/** A letter counts after `g` for this long. */
const AFTER_G_MS = 1_200;

/** The keys that work on every page. */
export function useShortcuts({ onGo, onPalette, onHelp }: Shortcuts): void {
  const go = useEffectEvent(onGo);
  const palette = useEffectEvent(onPalette);
  const help = useEffectEvent(onHelp);
  useEffect(() => {
    let wentAt = -AFTER_G_MS;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") help();
      else if (event.timeStamp - wentAt < AFTER_G_MS) {
        wentAt = -AFTER_G_MS;
        go(event.key.toLowerCase());
      } else if (event.key === "g") wentAt = event.timeStamp;
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}
