"use client";

import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

import { PATCH_EXAMPLE, SCRIPT_EXAMPLE, type ValueChange } from "./job-draft.ts";
import type { StepProps } from "./step-props.ts";
import { SetHeaderFields } from "./set-header-fields.tsx";

const VALUES: readonly { value: ValueChange; label: string; hint: string }[] = [
  { value: "none", label: "As it came", hint: "Byte for byte." },
  { value: "patch", label: "JSON patch", hint: "Operations of RFC 6902 on a value that is JSON." },
  {
    value: "script",
    label: "JavaScript",
    hint: "A function body for each record: without clock, chance or network, 50 ms at most.",
  },
];

/** What is done to each record before it is sent: its value, then its headers. */
export function TransformFields({ draft, faults, change }: StepProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label="Value" hint={VALUES.find(({ value }) => value === draft.value)?.hint}>
        <Select
          value={draft.value}
          options={VALUES}
          className="max-w-60"
          onValueChange={(value) => change({ value })}
        />
      </Field>
      {draft.value === "patch" && (
        <CodeField
          label="Operations"
          text={draft.patch}
          example={PATCH_EXAMPLE}
          fault={faults.patch}
          onChange={(patch) => change({ patch })}
        />
      )}
      {draft.value === "script" && (
        <CodeField
          label="Function body"
          text={draft.script}
          example={SCRIPT_EXAMPLE}
          fault={faults.script}
          onChange={(script) => change({ script })}
        />
      )}
      <SetHeaderFields
        headers={draft.setHeaders}
        fault={faults.headers}
        onChange={(setHeaders) => change({ setHeaders })}
      />
      <Field
        label="Headers to drop"
        optional
        hint="Names, one a line. They are dropped before others are set."
      >
        <Textarea
          mono
          rows={2}
          spellCheck={false}
          value={draft.dropHeaders}
          onChange={(event) => change({ dropHeaders: event.target.value })}
        />
      </Field>
      <Checkbox
        checked={draft.newEventId}
        onCheckedChange={(newEventId) => change({ newEventId })}
        label="Give each copy an event id of its own: a group that processed the first works again"
      />
    </div>
  );
}

interface CodeFieldProps {
  label: string;
  text: string;
  example: string;
  fault: string | undefined;
  onChange: (text: string) => void;
}

function CodeField({ label, text, example, fault, onChange }: CodeFieldProps) {
  return (
    <div className="flex flex-col items-start gap-1.5">
      <div className="w-full">
        <Field label={label} error={fault} hint="The plan tries it on every record.">
          <Textarea
            mono
            rows={8}
            spellCheck={false}
            placeholder={example}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        </Field>
      </div>
      {text.trim() === "" && (
        <Button size="sm" variant="ghost" onClick={() => onChange(example)}>
          Begin with the example
        </Button>
      )}
    </div>
  );
}
