"use client";

import { clsx } from "clsx";

import { formatCount } from "./format-quantity.ts";
import { TONE_ICON, TONE_TEXT, type Tone } from "./tone.ts";

interface TileFilterProps<Id extends string> {
  /** What is filtered: "Groups by state". */
  label: string;
  value: Id;
  onValueChange: (id: Id) => void;
  /**
   * The first is usually "all"; a count that is not known yet keeps its place. `atLeast`: counting stopped there, and
   * it reads `10,000+`.
   */
  tiles: readonly { id: Id; label: string; count: number | undefined; atLeast?: boolean; tone?: Tone }[];
}

/** State tiles with their counts that filter the list below; a pressed tile is the filter in force. */
export function TileFilter<Id extends string>({ label, value, onValueChange, tiles }: TileFilterProps<Id>) {
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-1.5">
      {tiles.map((tile) => {
        const tone = tile.tone ?? "neutral";
        const Icon = tone === "neutral" ? undefined : TONE_ICON[tone];
        const pressed = tile.id === value;
        const quiet = tile.count === 0 && !pressed;
        return (
          <button
            key={tile.id}
            type="button"
            aria-pressed={pressed}
            onClick={() => {
              onValueChange(tile.id);
            }}
            className={clsx(
              "inline-flex h-8 items-center gap-1.5 rounded border px-2.5 text-sm whitespace-nowrap transition-colors duration-75",
              pressed
                ? "border-accent-line bg-accent-bg text-text"
                : "border-line bg-raised text-muted hover:border-line-strong hover:text-text",
            )}
          >
            {Icon && <Icon aria-hidden size={13} className={clsx(quiet ? "text-muted" : TONE_TEXT[tone])} />}
            {tile.label}
            <span
              className={clsx(
                "tabular min-w-4 text-right font-semibold",
                quiet ? "text-muted font-normal" : tone === "neutral" ? "text-text" : TONE_TEXT[tone],
              )}
            >
              {tile.count === undefined ? "·" : formatCount(tile.count)}
              {tile.atLeast === true && "+"}
            </span>
          </button>
        );
      })}
    </div>
  );
}
