import { clsx } from "clsx";
import type { ReactNode } from "react";

interface PanelProps {
  title: ReactNode;
  /** Quiet words beside the title: unit, age, source. */
  meta?: ReactNode;
  /** Controls at the right. */
  actions?: ReactNode;
  /** The content touches the frame: tables. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A titled region of a page. The only box: never put one into another. */
export function Panel({ title, meta, actions, flush = false, className, children }: PanelProps) {
  return (
    <section className={clsx("border-line bg-raised min-w-0 rounded border", className)}>
      <header className="flex h-10 items-center gap-3 px-4">
        <h2 className="truncate text-sm font-semibold">{title}</h2>
        {meta !== undefined && <div className="text-muted truncate text-xs">{meta}</div>}
        {actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-1.5">{actions}</div>}
      </header>
      <div className={clsx(!flush && "px-4 pb-4")}>{children}</div>
    </section>
  );
}
