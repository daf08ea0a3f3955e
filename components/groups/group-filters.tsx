"use client";

import { ListTree } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import { GROUP_KINDS, GROUP_STATES } from "#lib/domain/groups/group.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

import type { GroupCounts } from "./group-list-verdict.ts";
import { GROUP_SORT_WORDS } from "./group-sort-words.ts";
import { KIND_WORDS, stateWord } from "./group-state-words.ts";
import { TopicPick } from "./topic-pick.tsx";
import { usualOrder, type GroupListState } from "./use-group-list.ts";

interface GroupFiltersProps {
  cluster: string;
  state: GroupListState;
  /** `undefined` while the first answer is under way. */
  counts: GroupCounts | undefined;
}

/** Verdicts that have a tile even when no group has them: what everybody looks for. */
const STANDING = ["stall", "stop", "warn", "ok"] as const;
/** Verdicts with a tile only while a group has them. */
const RARE = ["rewind", "unknown"] as const;
/** Stands for no filter in a choice. */
const ANY = "any";

/** The controls over the list of groups: a search, the state tiles, then topic, state, kind, order and readers. */
export function GroupFilters({ cluster, state, counts }: GroupFiltersProps) {
  return (
    <div className="mb-3 flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label="Filter by group or topic"
          value={state.q}
          onValueChange={state.setSearch}
          className="w-60"
        />
        <VerdictTiles state={state} counts={counts} />
      </div>
      <GroupChoices cluster={cluster} state={state} />
    </div>
  );
}

/** Topic, state, kind and order, and whether readers are rows of their own. */
function GroupChoices({ cluster, state }: Pick<GroupFiltersProps, "cluster" | "state">) {
  const listed = state.readers === "listed";
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TopicPick
        cluster={cluster}
        topic={state.topic}
        onPick={(topic) => {
          state.narrow({ topic });
        }}
      />
      <Select
        label="State"
        showLabel
        value={state.state ?? ANY}
        onValueChange={(next) => {
          state.narrow({ state: next === ANY ? null : next });
        }}
        options={[
          { value: ANY, label: "any" },
          ...GROUP_STATES.map((value) => ({ value, label: stateWord(value) })),
        ]}
      />
      <Select
        label="Kind"
        showLabel
        value={state.kind ?? ANY}
        onValueChange={(next) => {
          state.narrow({ kind: next === ANY ? null : next });
        }}
        options={[
          { value: ANY, label: "any" },
          ...GROUP_KINDS.map((value) => ({ value, label: KIND_WORDS[value] })),
        ]}
      />
      <Select
        label="Sort"
        showLabel
        value={state.sort}
        onValueChange={(sort) => {
          state.setSort(sort, usualOrder(sort));
        }}
        options={GROUP_SORT_WORDS}
      />
      <Button
        icon={ListTree}
        aria-pressed={listed}
        title="Retry, redrive and dead-letter readers stand under the group they read for, or as rows of their own."
        className={listed ? "border-accent-line bg-accent-bg font-normal" : "text-muted font-normal"}
        onClick={() => {
          state.narrow({ readers: listed ? "folded" : "listed" });
        }}
      >
        Readers as rows
      </Button>
    </div>
  );
}

type Tile = "all" | "empty" | Verdict;

function VerdictTiles({ state, counts }: Pick<GroupFiltersProps, "state" | "counts">) {
  const shown: Tile = state.verdict ?? (state.state === "empty" ? "empty" : "all");
  const tile = (verdict: Verdict) => ({
    id: verdict,
    label: VERDICT_WORDS[verdict].word,
    count: counts?.byVerdict[verdict],
    tone: VERDICT_WORDS[verdict].tone,
  });
  const rare = RARE.filter((verdict) => state.verdict === verdict || (counts?.byVerdict[verdict] ?? 0) > 0);
  const choose = (next: Tile) => {
    if (next === "all" || next === shown) state.narrow({ verdict: null, state: null });
    else if (next === "empty") state.narrow({ verdict: null, state: "empty" });
    else state.narrow({ verdict: next, ...(state.state === "empty" ? { state: null } : {}) });
  };
  return (
    <TileFilter<Tile>
      label="Groups by state"
      value={shown}
      onValueChange={choose}
      tiles={[
        { id: "all", label: "all", count: counts?.all },
        ...rare.filter((verdict) => verdict === "rewind").map(tile),
        ...STANDING.map(tile),
        ...rare.filter((verdict) => verdict === "unknown").map(tile),
        { id: "empty", label: "empty", count: counts?.empty },
      ]}
    />
  );
}
