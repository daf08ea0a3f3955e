"use client";

import { Button } from "./button.tsx";
import { formatCount } from "./format-quantity.ts";

interface LoadMoreProps {
  /** Rows shown so far. */
  shown: number;
  /** The noun of a row, plural: "groups". */
  noun: string;
  /** There are more; false says that these are all. */
  more: boolean;
  busy: boolean;
  onMore: () => void;
}

/** The end of a list that is read page by page: how many are shown, and the way to the rest. */
export function LoadMore({ shown, noun, more, busy, onMore }: LoadMoreProps) {
  return (
    <div className="border-line text-muted flex h-11 items-center justify-between border-t px-3 text-xs">
      <span className="tabular">
        {more ? `first ${formatCount(shown)} ${noun}` : `all ${formatCount(shown)} ${noun}`}
      </span>
      {more && (
        <Button size="sm" busy={busy} onClick={onMore}>
          Show more
        </Button>
      )}
    </div>
  );
}
