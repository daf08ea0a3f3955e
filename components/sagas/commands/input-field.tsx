"use client";

import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

import { faultOfInput } from "./input-text.ts";

interface InputFieldProps {
  /** JSON text. */
  value: string;
  onChange: (value: string) => void;
}

/** The input of a step as JSON, to be edited before it is tried again; what is no JSON is said while it is written. */
export function InputField({ value, onChange }: InputFieldProps) {
  return (
    <Field
      label="Input"
      hint="The payload of the new command. Its service checks it, and refuses what it cannot read."
      error={faultOfInput(value) ?? undefined}
    >
      <Textarea
        mono
        rows={8}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
