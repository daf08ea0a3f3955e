import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

/** What the user does to a row, by its key. */
export interface RowActions {
  activate: (key: string) => void;
  toggle: (key: string) => void;
  focus: (key: string) => void;
  keyDown: (event: KeyboardEvent) => void;
}

/**
 * Gives actions that stay the same objects for as long as the list is there and always do what the newest given ones
 * do: a row that has not changed is not drawn anew while the list scrolls.
 */
export function useRowActions(newest: RowActions): RowActions {
  const held = useRef(newest);
  useLayoutEffect(() => {
    held.current = newest;
  });
  const [steady] = useState<RowActions>(() => ({
    activate: (key) => {
      held.current.activate(key);
    },
    toggle: (key) => {
      held.current.toggle(key);
    },
    focus: (key) => {
      held.current.focus(key);
    },
    keyDown: (event) => {
      held.current.keyDown(event);
    },
  }));
  return steady;
}
