"use client";

import { X } from "lucide-react";

import { SearchInput } from "#components/ui/search-input.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";

import type { GroupCounts } from "./group-list-verdict.ts";
import type { GroupFilter, GroupListState } from "./use-group-list.ts";

interface GroupFiltersProps {
  state: GroupListState;
  /** `undefined` while the first answer is under way. */
  counts: GroupCounts | undefined;
}

/** Verdicts that have a tile even when no group has them: what everybody looks for. */
const STANDING = ["stall", "stop", "warn", "ok"] as const;
/** Verdicts with a tile only while a group has them. */
const RARE = ["rewind", "unknown"] as const;

/** The controls over the list of groups: a search and the state tiles that filter. */
export function GroupFilters({ state, counts }: GroupFiltersProps) {
  const tile = (verdict: Exclude<GroupFilter, "all" | "empty">) => ({
    id: verdict,
    label: VERDICT_WORDS[verdict].word,
    count: counts?.byVerdict[verdict],
    tone: VERDICT_WORDS[verdict].tone,
  });
  const rare = RARE.filter((verdict) => state.show === verdict || (counts?.byVerdict[verdict] ?? 0) > 0);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        label="Filter by group or topic"
        value={state.q}
        onValueChange={state.setSearch}
        className="w-60"
      />
      {state.topic !== null && (
        <button
          type="button"
          onClick={state.clearTopic}
          aria-label={`Stop filtering by topic ${state.topic}`}
          className="border-accent-line bg-accent-bg inline-flex h-8 max-w-72 items-center gap-1.5 rounded border px-2.5 text-sm"
        >
          <span className="text-muted">topic</span>
          <span className="truncate">{state.topic}</span>
          <X aria-hidden size={13} className="text-muted shrink-0" />
        </button>
      )}
      <TileFilter<GroupFilter>
        label="Groups by state"
        value={state.show}
        onValueChange={(show) => {
          state.setFilter(show === state.show ? "all" : show);
        }}
        tiles={[
          { id: "all", label: "all", count: counts?.all },
          ...rare.filter((verdict) => verdict === "rewind").map(tile),
          ...STANDING.map(tile),
          ...rare.filter((verdict) => verdict === "unknown").map(tile),
          { id: "empty", label: "empty", count: counts?.empty },
        ]}
      />
    </div>
  );
}
