"use client";

import { SearchInput } from "#components/ui/search-input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import type { DeadLetterState, DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

import { allOf, shownStates, STATE_WORDS, type StateCounts } from "./state-words.ts";
import type { CauseListState } from "./use-cause-list.ts";

interface CauseFiltersProps {
  state: CauseListState;
  /** Dead letters of the whole cluster; `undefined` while the first answer is under way. */
  totals: StateCounts | undefined;
  /** The dead-letter topics, to choose one of them or a group; `undefined` while they are read. */
  topics: readonly DeadLetterTopic[] | undefined;
}

/** Stands for no filter in a choice: no topic has this name, and a group of it is told apart by its prefix. */
const ANY = " any";

/** The controls over the list of causes: a search, tiles by state, then topic, group and order. */
export function CauseFilters({ state, totals, topics }: CauseFiltersProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        label="Filter by class, message or topic"
        value={state.q}
        onValueChange={state.setSearch}
        className="w-64"
      />
      <TileFilter<DeadLetterState | "all">
        label="Causes with dead letters in a state"
        value={state.state ?? "all"}
        onValueChange={(next) =>
          state.narrow({ state: next === "all" || next === state.state ? null : next })
        }
        tiles={[
          { id: "all", label: "all", count: totals && allOf(totals) },
          ...shownStates(totals, state.state).map((id) => ({
            id,
            label: STATE_WORDS[id].word,
            count: totals?.[id],
            tone: STATE_WORDS[id].tone,
          })),
        ]}
      />
      <Choice
        label="Topic"
        value={state.topic}
        names={(topics ?? []).filter(({ leftOut }) => !leftOut).map(({ topic }) => topic)}
        onChoose={(topic) => state.narrow({ topic })}
      />
      <Choice
        label="Group"
        value={state.group}
        names={[...new Set((topics ?? []).flatMap(({ groups }) => groups))].toSorted()}
        onChoose={(group) => state.narrow({ group })}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string | null;
  names: readonly string[];
  onChoose: (name: string | null) => void;
}

/** One of the names, or any; the one in force is offered even where the list does not hold it. */
function Choice({ label, value, names, onChoose }: ChoiceProps) {
  const all = value === null || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      label={label}
      showLabel
      value={value === null ? ANY : `=${value}`}
      onValueChange={(next) => {
        onChoose(next === ANY ? null : next.slice(1));
      }}
      options={[
        { value: ANY, label: "any" },
        ...all.map((name) => ({ value: `=${name}`, label: name === "" ? "(empty group id)" : name })),
      ]}
      className="max-w-72"
    />
  );
}
