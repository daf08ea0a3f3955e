"use client";

import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

import { BYTES_OPTIONS, type DraftBytes } from "./produce-draft.ts";

interface BytesFieldProps {
  label: "Key" | "Value";
  rows: number;
  /** What a null means here. */
  nullMeans: string;
  bytes: DraftBytes;
  onChange: (bytes: DraftBytes) => void;
}

/** The key or the value of a new record: text, Base64 or a null. */
export function BytesField({ label, rows, nullMeans, bytes, onChange }: BytesFieldProps) {
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <Field label={label} hint={bytes.kind === "null" ? nullMeans : undefined}>
          <Textarea
            mono
            rows={rows}
            disabled={bytes.kind === "null"}
            value={bytes.kind === "null" ? "" : bytes.text}
            onChange={(event) => {
              onChange({ ...bytes, text: event.target.value });
            }}
          />
        </Field>
      </div>
      <Select
        size="sm"
        label={`${label} as`}
        className="mt-6.5 w-24"
        value={bytes.kind}
        options={BYTES_OPTIONS}
        onValueChange={(kind) => {
          onChange({ ...bytes, kind });
        }}
      />
    </div>
  );
}
