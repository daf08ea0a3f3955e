import { useEffect, useState, type RefObject } from "react";

/** Whether the pointer or the focus is within an element. */
export function usePointed(element: RefObject<HTMLElement | null>): boolean {
  const [pointed, setPointed] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return undefined;
    const enter = () => {
      setPointed(true);
    };
    const leave = () => {
      setPointed(false);
    };
    const pairs = [
      ["pointerenter", enter],
      ["focusin", enter],
      ["pointerleave", leave],
      ["focusout", leave],
    ] as const;
    for (const [name, listener] of pairs) node.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of pairs) node.removeEventListener(name, listener);
    };
  }, [element]);
  return pointed;
}
