"use client";

import { X } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Select } from "#components/ui/select.tsx";
import { JOB_KINDS } from "#lib/domain/jobs/job.ts";

import { KIND_WORDS, STATE_WORDS } from "./job-words.ts";
import { JOB_FILTERS, type JobListState } from "./use-job-list.ts";

const ANY = "any";

/** The controls over the list of jobs: state and kind; a group or topic comes by a link and can be let go of. */
export function JobFilters({ state }: { state: JobListState }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <Select
        label="State"
        showLabel
        value={state.state ?? ANY}
        onValueChange={(next) => state.narrow({ state: next === ANY ? null : next })}
        options={[
          { value: ANY, label: "any" },
          ...JOB_FILTERS.map((value) => ({
            value,
            label: value === "active" ? "not over" : STATE_WORDS[value].word,
          })),
        ]}
      />
      <Select
        label="Kind"
        showLabel
        value={state.kind ?? ANY}
        onValueChange={(next) => state.narrow({ kind: next === ANY ? null : next })}
        options={[
          { value: ANY, label: "any" },
          ...JOB_KINDS.map((value) => ({ value, label: KIND_WORDS[value].word })),
        ]}
      />
      {(["group", "topic"] as const).map(
        (name) =>
          state[name] !== null && (
            <Button
              key={name}
              icon={X}
              aria-label={`Stop filtering by ${name} ${state[name]}`}
              onClick={() => state.narrow({ [name]: null })}
            >
              <span className="text-muted">{name}</span> {state[name]}
            </Button>
          ),
      )}
    </div>
  );
}
