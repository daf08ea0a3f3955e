"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import type { StepProps } from "./step-props.ts";

/** The brake, the canary, when it stops by itself, and at which time of day it sends. */
export function PaceFields({ draft, faults, change }: StepProps) {
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-4">
        <Field
          label="Records a second, at most"
          error={faults.rate}
          hint="Changeable while it runs. Empty is no brake."
        >
          <Input
            mono
            inputMode="decimal"
            className="max-w-40"
            value={draft.rate}
            onChange={(event) => change({ rate: event.target.value })}
          />
        </Field>
        <Field
          label="Stop when so many return, in %"
          error={faults.stopPercent}
          hint="Of the records whose end is known. On the first steps of the canary a single one stops it."
        >
          <Input
            mono
            inputMode="decimal"
            className="max-w-40"
            value={draft.stopPercent}
            onChange={(event) => change({ stopPercent: event.target.value })}
          />
        </Field>
      </div>
      <Checkbox
        checked={draft.canary}
        onCheckedChange={(canary) => change({ canary })}
        label="Canary: 1 record, then 5, then 50, then all; each step waits until the last has passed"
      />
      <Checkbox
        checked={draft.windowed}
        onCheckedChange={(windowed) => change({ windowed })}
        label="Send at some hours of the day only"
      />
      {draft.windowed && (
        <div className="flex gap-4 pl-6">
          <Field label="From, UTC" error={faults.window}>
            <Input
              type="time"
              className="max-w-36"
              value={draft.windowFrom}
              onChange={(event) => change({ windowFrom: event.target.value })}
            />
          </Field>
          <Field label="To, UTC">
            <Input
              type="time"
              className="max-w-36"
              value={draft.windowTo}
              onChange={(event) => change({ windowTo: event.target.value })}
            />
          </Field>
        </div>
      )}
    </div>
  );
}
