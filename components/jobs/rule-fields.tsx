"use client";

import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";

import type { StepProps } from "./step-props.ts";

const STALE = [
  {
    value: "hold",
    label: "Hold them",
    hint: "They are listed in the plan, and sent only if you choose so there.",
  },
  { value: "send", label: "Send them", hint: "What is older comes after what is newer." },
] as const;

const PROCESSED = [
  {
    value: "send",
    label: "Send them",
    hint: "A group that deduplicates swallows them; the plan counts them.",
  },
  { value: "leave-out", label: "Leave them out", hint: "As far as the group's own table tells." },
] as const;

const TIMES = [
  { value: "new", label: "Now", hint: "Retention counts from the copy." },
  { value: "kept", label: "The records' own", hint: "Refused where the target would delete them at once." },
] as const;

/** What becomes of records whose key has newer ones, and of those that the group has processed. */
export function RuleFields({ draft, selection, change }: StepProps) {
  const ranges = selection.chosen?.kind === "ranges";
  return (
    <div className="flex flex-col gap-4">
      {!ranges && (
        <Field
          label="Whose key has newer records that are committed, or nobody knows"
          hint={STALE.find(({ value }) => value === draft.stale)?.hint}
        >
          <Select
            value={draft.stale}
            options={STALE}
            className="max-w-60"
            onValueChange={(stale) => change({ stale })}
          />
        </Field>
      )}
      <Field
        label="Which the group has processed already"
        hint={PROCESSED.find(({ value }) => value === draft.processed)?.hint}
      >
        <Select
          value={draft.processed}
          options={PROCESSED}
          className="max-w-60"
          onValueChange={(processed) => change({ processed })}
        />
      </Field>
      {ranges && draft.purpose === "replay" && (
        <Field label="Time of the copies" hint={TIMES.find(({ value }) => value === draft.times)?.hint}>
          <Select
            value={draft.times}
            options={TIMES}
            className="max-w-60"
            onValueChange={(times) => change({ times })}
          />
        </Field>
      )}
    </div>
  );
}
