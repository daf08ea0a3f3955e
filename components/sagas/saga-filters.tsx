"use client";

import type { ReactNode } from "react";

import { SearchInput } from "#components/ui/search-input.tsx";
import { Select } from "#components/ui/select.tsx";
import { TileFilter } from "#components/ui/tile-filter.tsx";
import { SAGA_STATES, STUCK_KINDS, type SagaState } from "#lib/domain/sagas/saga.ts";

import { STATE_WORDS, STUCK_WORDS } from "./saga-words.ts";
import { sumByState, sumOf, type CountItem } from "./sagas-verdict.ts";
import { AGES, type SagaListState } from "./use-saga-list.ts";

interface SagaFiltersProps {
  state: SagaListState;
  /** `undefined` while the first answer is under way. */
  counts: readonly CountItem[] | undefined;
  /** Steps of the sagas that are shown, to choose one of them. */
  steps: readonly string[];
  /** What can be done to all that match. */
  actions: ReactNode;
}

/** The controls over the list of sagas: tiles by state, then type, source, reason, step, age, correlation and text. */
export function SagaFilters({ state, counts, steps, actions }: SagaFiltersProps) {
  const shown = counts?.filter(
    ({ source, type }) =>
      (state.source === null || state.source === source) && (state.type === null || state.type === type),
  );
  return (
    <div className="mb-3 flex flex-col gap-2">
      <StateTiles state={state} counts={shown} />
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label="Words of the data"
          value={state.text}
          onValueChange={state.setText}
          className="w-48"
        />
        <SearchInput
          primary={false}
          label="Correlation id"
          value={state.correlation ?? ""}
          onValueChange={(text) => state.narrow({ correlation: text === "" ? null : text })}
          className="w-44"
        />
        <Choice
          label="Type"
          value={state.type}
          names={distinct(counts?.map(({ type }) => type))}
          onChoose={(type) => state.narrow({ type })}
        />
        <Choice
          label="Source"
          value={state.source}
          names={distinct(counts?.map(({ source }) => source))}
          onChoose={(source) => state.narrow({ source })}
        />
        <Choice
          label="Stuck because"
          value={state.stuck}
          names={STUCK_KINDS}
          wordOf={(kind) => STUCK_WORDS[kind].word}
          onChoose={(stuck) => state.narrow({ stuck })}
        />
        <Choice
          label="Step"
          value={state.step}
          names={distinct(steps)}
          onChoose={(step) => state.narrow({ step })}
        />
        <Choice
          label="Age"
          value={state.age}
          names={AGES.map(({ id }) => id)}
          wordOf={(id) => AGES.find((age) => age.id === id)?.words ?? id}
          onChoose={(age) => state.narrow({ age })}
        />
        <span className="ml-auto">{actions}</span>
      </div>
    </div>
  );
}

function distinct(names: readonly string[] | undefined): string[] {
  return [...new Set(names)].sort();
}

function StateTiles({ state, counts }: Pick<SagaFiltersProps, "state" | "counts">) {
  const sums = counts && sumByState(counts);
  const tile = (id: SagaState) => ({
    id,
    label: STATE_WORDS[id].word,
    count: sums?.[id].count,
    atLeast: sums?.[id].atLeast ?? false,
    tone: STATE_WORDS[id].tone,
  });
  const all = sums && sumOf(sums, SAGA_STATES);
  const open = sums && sumOf(sums, ["stuck", "running", "compensating"]);
  return (
    <TileFilter<SagaState | "all" | "open">
      label="Sagas by state"
      value={state.state ?? "all"}
      onValueChange={(next) => state.narrow({ state: next === "all" || next === state.state ? null : next })}
      tiles={[
        { id: "all", label: "all", count: all?.count, atLeast: all?.atLeast ?? false },
        ...(state.state === "open"
          ? [{ id: "open" as const, label: "not over", count: open?.count, atLeast: open?.atLeast ?? false }]
          : []),
        ...SAGA_STATES.map(tile),
      ]}
    />
  );
}

interface ChoiceProps<Name extends string> {
  label: string;
  value: Name | null;
  names: readonly Name[];
  wordOf?: (name: Name) => string;
  onChoose: (name: Name | null) => void;
}

/** Stands for no filter in a choice; a name is told apart from it by its prefix. */
const ANY = " any";

/** One of the names, or any; the one in force is offered even where the list does not hold it. */
function Choice<Name extends string>({ label, value, names, wordOf, onChoose }: ChoiceProps<Name>) {
  const all = value === null || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      label={label}
      showLabel
      value={value === null ? ANY : `=${value}`}
      onValueChange={(next) => {
        onChoose(all.find((name) => `=${name}` === next) ?? null);
      }}
      options={[
        { value: ANY, label: "any" },
        ...all.map((name) => ({ value: `=${name}`, label: wordOf?.(name) ?? name })),
      ]}
      className="max-w-72"
    />
  );
}
