import { useEffect, useEffectEvent, useState } from "react";

import { isTyping } from "./is-typing.ts";

interface RowCursorInput {
  /** Keys in the order shown. */
  keys: readonly string[];
  /** j, k, Enter and x work although nothing in the list has focus. */
  primary: boolean;
  onOpen: ((key: string) => void) | undefined;
  onToggle: ((key: string) => void) | undefined;
  /** Brings a row into view and focuses it. */
  focusRow: (index: number) => void;
}

interface RowCursor {
  /** The row that takes Tab; the first when none was visited. */
  activeKey: string | undefined;
  setActive: (key: string) => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

const STEP: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

function withModifier(event: {
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
}

/** Whether a key that was pressed anywhere on the page means the list. */
function isForList(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || withModifier(event) || isTyping(event.target)) return false;
  if (event.key === "j" || event.key === "k") return true;
  // A row that was gone to may have no focus yet: who types on at once means it all the same.
  if (event.key === "Enter") return event.target === document.body;
  const { target } = event;
  return (
    event.key === "x" && !(target instanceof Element && target.closest("a,button,[role=dialog]") !== null)
  );
}

/** Moves one cursor over rows: j, k, arrows, Home, End, Page keys; Enter opens, x or space selects. */
export function useRowCursor({ keys, primary, onOpen, onToggle, focusRow }: RowCursorInput): RowCursor {
  const [visited, setVisited] = useState<string | null>(null);
  const index = visited === null ? -1 : keys.indexOf(visited);

  const go = (to: number) => {
    const bounded = Math.max(0, Math.min(keys.length - 1, to));
    const key = keys[bounded];
    if (key === undefined) return;
    setVisited(key);
    focusRow(bounded);
  };
  /** Returns whether the key was taken. */
  const take = (key: string, from: number): boolean => {
    const step = STEP[key];
    if (step !== undefined) go(from < 0 ? 0 : from + step);
    else if (key === "Home") go(0);
    else if (key === "End") go(keys.length - 1);
    else return act(key, keys[from]);
    return true;
  };
  const act = (key: string, row: string | undefined): boolean => {
    if (row === undefined) return false;
    if (key === "Enter" && onOpen) onOpen(row);
    else if ((key === "x" || key === " ") && onToggle) onToggle(row);
    else return false;
    return true;
  };

  const onDocumentKey = useEffectEvent((event: KeyboardEvent) => {
    if (!isForList(event)) return;
    if (take(event.key, index)) event.preventDefault();
  });
  useEffect(() => {
    if (!primary) return undefined;
    document.addEventListener("keydown", onDocumentKey);
    return () => {
      document.removeEventListener("keydown", onDocumentKey);
    };
  }, [primary]);

  return {
    activeKey: index >= 0 ? (visited ?? undefined) : keys[0],
    setActive: setVisited,
    onKeyDown: (event) => {
      if (withModifier(event) || event.target !== event.currentTarget) return;
      const at = keys.indexOf(event.currentTarget.getAttribute("data-key") ?? "");
      if (take(event.key, at)) event.preventDefault();
    },
  };
}
