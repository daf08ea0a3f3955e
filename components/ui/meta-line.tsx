import { Children, type ReactNode } from "react";

interface MetaLineProps {
  /** Quantities, durations, ages; empty ones are left out. */
  children: ReactNode;
}

/** Facts in one quiet line, parted by dots: `12,480 records · 3 m 20 s behind · 4 s ago`. */
export function MetaLine({ children }: MetaLineProps) {
  const parts = Children.toArray(children);
  return (
    <span className="text-muted inline-flex max-w-full flex-wrap items-baseline gap-x-1.5 text-xs">
      {parts.map((part, index) => (
        <span key={index} className="inline-flex items-baseline gap-x-1.5 whitespace-nowrap">
          {index > 0 && (
            <span aria-hidden className="text-faint">
              ·
            </span>
          )}
          {part}
        </span>
      ))}
    </span>
  );
}
