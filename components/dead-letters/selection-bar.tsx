"use client";

import { Archive, ArchiveRestore, Send } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { movesFrom } from "#lib/domain/dead-letters/states.ts";

import { changeable, CHANGE_WORDS, countPhrase, type Change } from "./change-words.ts";
import type { StateCounts } from "./state-words.ts";

interface SelectionBarProps {
  /** What is ticked, by state; `undefined` while a frozen set is counted. */
  counts: StateCounts | undefined;
  /** How many are ticked; `undefined` while a frozen set is counted. */
  count: number | undefined;
  /** All that the filter matches is meant, frozen. */
  frozen: boolean;
  /** Offers to take all that the filter matches; null where the ticked rows are all of them. */
  onAll: (() => void) | null;
  onClear: () => void;
  onChange: (change: Change) => void;
  /** Goes to the form of a redrive; null for who may not make one. */
  onRedrive: (() => void) | null;
}

const ICONS = { discard: Archive, restore: ArchiveRestore } as const;

/** What is ticked, what else the filter matches, and what can be done to it. */
export function SelectionBar({
  counts,
  count,
  frozen,
  onAll,
  onClear,
  onChange,
  onRedrive,
}: SelectionBarProps) {
  const redrivable =
    counts === undefined ? 0 : movesFrom("claim").reduce((sum, state) => sum + counts[state], 0);
  return (
    <div
      role="region"
      aria-label="Selection"
      className="border-accent-line bg-accent-bg mb-2 flex min-h-10 flex-wrap items-center gap-2 rounded border px-3 py-1 text-sm"
    >
      <span className="tabular font-medium" aria-live="polite">
        {count === undefined ? "Counting …" : `${countPhrase(count)} selected`}
      </span>
      {frozen && (
        <span className="text-muted text-xs">all of the filter; those that come later are not meant</span>
      )}
      {onAll !== null && (
        <Button size="sm" variant="ghost" onClick={onAll}>
          Select all of the filter
        </Button>
      )}
      <Button size="sm" variant="ghost" onClick={onClear}>
        Select none
      </Button>
      <span className="ml-auto flex items-center gap-2">
        {(["restore", "discard"] as const).map((change) => {
          const able = counts === undefined ? 0 : changeable(change, counts);
          return (
            <Button
              key={change}
              size="sm"
              icon={ICONS[change]}
              disabled={able === 0}
              onClick={() => {
                onChange(change);
              }}
            >
              {able === 0 ? CHANGE_WORDS[change].verb : `${CHANGE_WORDS[change].verb} ${formatCount(able)}`}…
            </Button>
          );
        })}
        {onRedrive !== null && (
          <Button size="sm" icon={Send} disabled={redrivable === 0} onClick={onRedrive}>
            {redrivable === 0 ? "Redrive" : `Redrive ${formatCount(redrivable)}`}…
          </Button>
        )}
      </span>
    </div>
  );
}
