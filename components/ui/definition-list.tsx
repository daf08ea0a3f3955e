import { clsx } from "clsx";
import { Fragment, type ReactNode } from "react";

interface DefinitionListProps {
  items: readonly { term: string; value: ReactNode; hint?: string }[];
  /** Pairs side by side; one column is for drawers. */
  columns?: 1 | 2;
}

/** Names and values in aligned columns. */
export function DefinitionList({ items, columns = 1 }: DefinitionListProps) {
  return (
    <dl
      className={clsx(
        "grid items-baseline gap-x-6 gap-y-2 text-sm",
        columns === 1 ? "grid-cols-[minmax(112px,auto)_1fr]" : "grid-cols-[auto_1fr_auto_1fr]",
      )}
    >
      {items.map((item) => (
        <Fragment key={item.term}>
          <dt className="text-muted text-xs" title={item.hint}>
            {item.term}
          </dt>
          <dd className="tabular min-w-0 truncate">{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
