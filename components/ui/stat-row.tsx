import type { ReactNode } from "react";

interface StatRowProps {
  /** Stats, four to six. */
  children: ReactNode;
}

/** Stats side by side in one frame, parted by hairlines. */
export function StatRow({ children }: StatRowProps) {
  return (
    <div className="border-line bg-line grid auto-cols-fr grid-flow-col gap-px overflow-hidden rounded border">
      {children}
    </div>
  );
}
